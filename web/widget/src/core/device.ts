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
export async function claimDevice(keep: Keep, locks: LockManager | undefined = navigator.locks): Promise<Device> {
  if (!locks) return claimByTime(keep);
  return locks.request(`${keep.prefix}devices`, async () => {
    const known = keep.get<string[]>("devices") ?? [];
    for (const id of known) {
      const release = await hold(locks, keep.prefix + id);
      if (release) return { id, release };
    }
    const id = newDevice();
    keep.set("devices", [...known, id].slice(-20));
    return { id, release: (await hold(locks, keep.prefix + id)) ?? (() => {}) };
  });
}

/** Drops a device from the list, so that the next claim is a stranger to the last. */
export function retireDevice(keep: Keep, id: string): void {
  keep.set(
    "devices",
    (keep.get<string[]>("devices") ?? []).filter((known) => known !== id),
  );
  keep.drop(`out:${id}`);
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
  const known = keep.get<string[]>("devices") ?? [];
  const quiet = (id: string) => Date.now() - (keep.get<{ seen?: number }>(`out:${id}`)?.seen ?? 0) > ABANDONED_MS;
  const id = tab.get() ?? known.find(quiet) ?? newDevice();
  if (!known.includes(id)) keep.set("devices", [...known, id].slice(-20));
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
