/**
 * The desk of the person who is signed in: the live session with what the chat room keeps beside it. One per page; it
 * lives on while other pages of the app are looked at, so that sound and title keep telling.
 */
import { type InjectionKey, inject } from "vue";
import { ApiError, door } from "../../app/http";
import { SignedOut } from "../../realtime/connection";
import type { Stored } from "../../realtime/frames";
import { type LiveSession, openLive } from "../../realtime/live";
import { Drafts } from "./drafts";
import { ListModel } from "./list-model";
import { requests } from "./requests";
import type { Row } from "./shapes";
import { Threads } from "./threads";
import { Typing } from "./typing";

export interface Person {
  id: string;
  groups: string[];
}

export class Desk {
  readonly threads: Threads;
  readonly list: ListModel;
  readonly drafts: Drafts;
  readonly typing: Typing;

  constructor(
    readonly live: LiveSession,
    readonly me: Person,
  ) {
    this.threads = new Threads(live);
    this.list = new ListModel(live.tables, me);
    this.drafts = new Drafts(live, me.id, localStorage);
    this.typing = new Typing(live);
    live.on("loaded", () => this.list.arrived());
    addEventListener("pagehide", this.goes);
  }

  row(id: string | null): Row | undefined {
    return id ? this.live.tables.get<Row>("conversation", id) : undefined;
  }

  /** The page goes, perhaps for good: what is being written is kept. */
  private readonly goes = () => this.drafts.flush();

  close(): void {
    removeEventListener("pagehide", this.goes);
    this.live.stop();
    this.list.stop();
    this.drafts.flush();
  }
}

let current: { person: string; desk: Promise<Desk> } | null = null;

/** The desk of this person; opened once. */
export function openDesk(me: Person): Promise<Desk> {
  if (current?.person === me.id) return current.desk;
  void closeDesk();
  const desk = begin(me);
  current = { person: me.id, desk };
  return desk;
}

/** Signed out: the socket goes, the waiting lines stay in storage for the next time. */
export async function closeDesk(): Promise<void> {
  const old = current;
  current = null;
  (await old?.desk)?.close();
}

async function begin(me: Person): Promise<Desk> {
  const live = await openLive({
    person: me.id,
    csrf: () => door.csrf,
    scope: () => ["group", "all"],
    snapshot,
  });
  const desk = new Desk(live, me);
  live.start();
  return desk;
}

async function snapshot(scope: string[]): Promise<{ n: number; tables: Record<string, Stored[]> }> {
  try {
    return await requests.snapshot(scope);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) throw new SignedOut();
    throw error;
  }
}

export const deskKey: InjectionKey<Desk> = Symbol("desk");

export function useDesk(): Desk {
  const desk = inject(deskKey);
  if (!desk) throw new Error("No desk is provided above this component.");
  return desk;
}
