/**
 * A claim says "this device name is used by a tab that lives". Web Locks where the browser has them; on a plain-http
 * address they are missing, there a lease in localStorage does, renewed while the tab lives.
 */

export interface Claims {
  /** Takes the name when nobody holds it; the claim ends with the tab or by calling what is returned. */
  take(name: string, patience?: number): Promise<(() => void) | null>;
}

const LEASE = 90_000;
const RENEW = 20_000;

export function claimsOf(locks: LockManager | undefined, storage: Storage): Claims {
  return locks ? lockClaims(locks) : leaseClaims(storage);
}

/** `patience` (ms): a reloading tab meets the lock of the page it replaces, which is let go a moment later. */
export function lockClaims(locks: LockManager): Claims {
  const attempt = (name: string, options: LockOptions) =>
    new Promise<(() => void) | null>((resolve) => {
      const hold = (lock: Lock | null) => {
        if (!lock) return resolve(null);
        return new Promise<void>((release) => resolve(release));
      };
      locks.request(name, options, hold).catch(() => resolve(null));
    });
  return {
    async take(name, patience = 0) {
      const got = await attempt(name, { ifAvailable: true });
      if (got || patience === 0) return got;
      return attempt(name, { signal: AbortSignal.timeout(patience) });
    },
  };
}

interface Lease {
  holder: string;
  until: number;
}

export function leaseClaims(
  storage: Storage,
  holder: string = crypto.getRandomValues(new Uint32Array(2)).join("-"),
): Claims {
  const read = (key: string): Lease | null => {
    try {
      return JSON.parse(storage.getItem(key) ?? "null") as Lease | null;
    } catch {
      return null;
    }
  };
  const write = (key: string) => storage.setItem(key, JSON.stringify({ holder, until: Date.now() + LEASE }));
  return {
    async take(name) {
      const key = `zg.lease.${name}`;
      const lease = read(key);
      if (lease && lease.holder !== holder && lease.until > Date.now()) return null;
      write(key);
      const beat = setInterval(() => write(key), RENEW);
      const release = () => {
        clearInterval(beat);
        if (read(key)?.holder === holder) storage.removeItem(key);
      };
      if (typeof addEventListener === "function") addEventListener("pagehide", release, { once: true });
      return release;
    },
  };
}
