/**
 * The live desk of whoever is signed in, for the whole app: it stays connected while settings are looked at, so that the
 * person stays present, and sound, notifications and the number in the title keep telling.
 */
import { effectScope, type ShallowRef, shallowRef, watch } from "vue";
import type { Router } from "vue-router";
import { keepAttention } from "../rooms/chat/attention";
import { closeDesk, type Desk, openDesk } from "../rooms/chat/desk";
import { usePreferences } from "./preferences";
import { type AgentView, useSession } from "./session";
import { wordsOf } from "./trouble";

export const desk: ShallowRef<Desk | null> = shallowRef(null);
export const deskFailed = shallowRef("");
let kept = false;
let silence: (() => void) | null = null;

/** Opens the desk with the session and closes it with it; called once by the shell. */
export function keepDesk(router: Router): void {
  if (kept) return;
  kept = true;
  const session = useSession();
  // detached: the page that asked first goes at the logout, and the next login must be seen as well
  effectScope(true).run(() =>
    watch(
      () => session.me?.agent.id ?? null,
      (person) => (person ? void begin(router) : void end()),
      { immediate: true },
    ),
  );
}

export async function begin(router: Router): Promise<void> {
  const { me } = useSession();
  if (!me) return;
  deskFailed.value = "";
  try {
    const opened = await openDesk({ id: me.agent.id, groups: me.groups.map((group) => group.id) });
    if (desk.value === opened) return;
    desk.value = opened;
    attend(opened, router);
  } catch (error) {
    deskFailed.value = wordsOf(error);
  }
}

function attend(opened: Desk, router: Router): void {
  silence = keepAttention(opened, usePreferences().now, (id) => {
    void router.push({ name: "workbench", params: { conversation: id } });
  });
  follow(opened);
  opened.live.on("state", (state) => {
    if (state === "signed_out") over(router);
  });
}

/** One's own card (presence above all) is what the live record says, not what it was when the page was loaded. */
function follow(opened: Desk): void {
  const session = useSession();
  const take = () => {
    const mine = opened.live.tables.get<AgentView>("agent", opened.me.id);
    if (mine && session.me?.agent.id === mine.id) session.me.agent = { ...session.me.agent, ...mine };
  };
  opened.live.on("loaded", take);
  opened.live.on("event", (frame) => {
    if (frame.put?.agent?.id === opened.me.id) take();
  });
}

async function end(): Promise<void> {
  desk.value = null;
  silence?.();
  silence = null;
  await closeDesk();
}

/** The server says that the session is over. */
function over(router: Router): void {
  useSession().leave();
  const here = router.currentRoute.value;
  if (!here.meta.open) void router.replace({ name: "login", query: { back: here.fullPath, over: "1" } });
}
