import { type Keep, pageStorage } from "./keep";

/** A claimed device: one per tab at a time, so that no two tabs number lines of one outbox. */
export interface Device {
  id: string;
  release(): void;
}

/** A tab that gives no sign for this long (without Web Locks) leaves its outbox to others. */
const ABANDONED_MS = 150_000;

export function newDevice(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return `d${Array.from(bytes, (b) => (b % 36).toString(36)).join("")}${Date.now().toString(36)}`;
}

/**
 * Claims a device no other tab holds, the one with unsent lines first.
 *
 * A reload gets its old device back and with it the outbox; a second tab gets another one.
 * Web Locks say exactly who lives; plain-HTTP pages have none and go by the last sign of life.
 */
export function claimDevice(keep: Keep, locks: LockManager | undefined = navigator.locks): Promise<Device> {
  if (!locks) return Promise.resolve(claimByTime(keep));
  return locks.request(`${keep.prefix}devices`, () => claimByLock(keep, locks)).catch(() => claimByTime(keep));
}

/** Tells whether lines of this browser still wait to be sent. */
export function hasUnsent(keep: Keep): boolean {
  return known(keep).some((id) => unsent(keep, id) > 0);
}

const known = (keep: Keep) => keep.get<string[]>("devices") ?? [];
const unsent = (keep: Keep, id: string) => keep.get<{ lines: unknown[] }>(`out:${id}`)?.lines.length ?? 0;

async function claimByLock(keep: Keep, locks: LockManager): Promise<Device> {
  const ids = known(keep);
  for (const id of [...ids].sort((a, b) => unsent(keep, b) - unsent(keep, a))) {
    const release = await hold(locks, keep.prefix + id);
    if (release) return { id, release };
  }
  const id = newDevice();
  keep.set("devices", [...ids, id].slice(-20));
  return { id, release: (await hold(locks, keep.prefix + id)) ?? (() => {}) };
}

/** Drops a device from the list, so that the next claim is a stranger to the last. */
export function retireDevice(keep: Keep, id: string): void {
  keep.set(
    "devices",
    known(keep).filter((one) => one !== id),
  );
  keep.drop(`out:${id}`);
  forgetTab(keep);
}

/** This tab takes another device the next time it claims one. */
export function forgetTab(keep: Keep): void {
  try {
    pageStorage("sessionStorage")?.removeItem(`${keep.prefix}device`);
  } catch {
    // the id then lives in this page only
  }
}

function hold(locks: LockManager, name: string): Promise<(() => void) | null> {
  return new Promise((answer) => {
    void locks.request(name, { ifAvailable: true }, (lock) => {
      if (!lock) return answer(null);
      return new Promise<void>((release) => answer(release));
    });
  });
}

function claimByTime(keep: Keep): Device {
  const tab = new TabName(keep.prefix);
  const ids = known(keep);
  const quiet = (id: string) => Date.now() - (keep.get<{ seen?: number }>(`out:${id}`)?.seen ?? 0) > ABANDONED_MS;
  const id = tab.get() ?? ids.find(quiet) ?? newDevice();
  if (!ids.includes(id)) keep.set("devices", [...ids, id].slice(-20));
  tab.set(id);
  return { id, release() {} };
}

/** The tab's own memory of its device; survives reload, not closing. */
class TabName {
  private area = pageStorage("sessionStorage");
  private key: string;

  constructor(prefix: string) {
    this.key = `${prefix}device`;
  }

  get(): string | null {
    try {
      return this.area?.getItem(this.key) ?? null;
    } catch {
      return null;
    }
  }

  set(id: string): void {
    try {
      this.area?.setItem(this.key, id);
    } catch {
      // a reload then claims another device
    }
  }
}
