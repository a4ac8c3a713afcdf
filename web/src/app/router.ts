import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw } from "vue-router";
import { storePages } from "../rooms/store/pages";
import { auditPage, doors, teamPages } from "../rooms/team/pages";
import { say } from "../words";
import { attention } from "./attention";
import { api } from "./http";
import { useSession } from "./session";

declare module "vue-router" {
  interface RouteMeta {
    /** Reachable without being signed in. */
    open?: boolean;
    /** Any of these permissions lets one in; absent = everybody signed in. */
    needs?: string[];
    /** Key of the page's name. */
    title?: string;
  }
}

// The shell has a path of its own, because "/" belongs to the workbench with its optional conversation.
const shell: RouteRecordRaw = {
  path: "/desk",
  redirect: "/",
  component: () => import("./Shell.vue"),
  children: [
    { path: "/:conversation(c_\\w+)?", name: "workbench", component: () => import("./WorkbenchPage.vue") },
    {
      path: "/settings",
      component: () => import("./Settings.vue"),
      children: [
        { path: "", redirect: { name: "appearance" } },
        {
          path: "appearance",
          name: "appearance",
          component: () => import("./Appearance.vue"),
          meta: { title: "app.appearance.title" },
        },
        ...teamPages,
        ...storePages,
      ],
    },
    auditPage,
    { path: "/:pathMatch(.*)*", name: "nowhere", component: () => import("./Nowhere.vue") },
  ],
};

export const router = createRouter({
  history: createWebHistory("/app/"),
  routes: [...doors, shell],
});

router.beforeEach(async (to) => {
  const session = useSession();
  if (!session.asked) await session.look();
  return session.me ? inside(to) : outside(to);
});

router.afterEach((to) => {
  attention.page = to.meta.title ? say(to.meta.title) : "";
});

/** Where a signed-in person goes instead of `to`, or true. */
function inside(to: RouteLocationNormalized) {
  const session = useSession();
  if (to.meta.open) return backFrom(to);
  if (session.me?.must_change && to.name !== "security") return { name: "security" };
  if (to.meta.needs && !session.may(...to.meta.needs)) return { name: "nowhere", params: { pathMatch: ["forbidden"] } };
  return true;
}

/** Where somebody not signed in goes instead of `to`; a shop without people is set up first. */
async function outside(to: RouteLocationNormalized) {
  const setup = await api.get<{ needed: boolean }>("/api/setup").catch(() => ({ needed: false }));
  if (setup.needed) return to.name === "setup" ? true : { name: "setup", query: to.query };
  if (to.name === "login") return true;
  return { name: "login", query: to.path === "/" ? {} : { back: to.fullPath } };
}

/** The place a person was before signing in; only ever a path of this app. */
export function backFrom(to: { query: RouteLocationNormalized["query"] }): string {
  const back = to.query.back;
  return typeof back === "string" && /^\/(?![/\\])/.test(back) ? back : "/";
}
