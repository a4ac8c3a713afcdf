import type { RouteRecordRaw } from "vue-router";

/** Where one comes in from the street. */
export const doors: RouteRecordRaw[] = [
  {
    path: "/login",
    name: "login",
    component: () => import("./Login.vue"),
    meta: { open: true, title: "door.login.title" },
  },
  {
    path: "/setup",
    name: "setup",
    component: () => import("./SetUp.vue"),
    meta: { open: true, title: "door.setup.title" },
  },
];

/** Pages of the settings that speak of people and rights. */
export const teamPages: RouteRecordRaw[] = [
  { path: "account", name: "account", component: () => import("./Account.vue"), meta: { title: "team.account.title" } },
  {
    path: "security",
    name: "security",
    component: () => import("./Security.vue"),
    meta: { title: "team.security.title" },
  },
  {
    path: "agents",
    name: "agents",
    component: () => import("./Agents.vue"),
    meta: { title: "team.agents.title", needs: ["team.agent.create", "team.agent.edit", "team.agent.disable"] },
  },
  {
    path: "roles",
    name: "roles",
    component: () => import("./Roles.vue"),
    meta: { title: "team.roles.title", needs: ["team.role.read"] },
  },
  {
    path: "groups",
    name: "groups",
    component: () => import("./Groups.vue"),
    meta: { title: "team.groups.title", needs: ["team.group.edit"] },
  },
];

export const auditPage: RouteRecordRaw = {
  path: "/audit",
  name: "audit",
  component: () => import("./Audit.vue"),
  meta: { title: "audit.page.title", needs: ["team.audit.read"] },
};
