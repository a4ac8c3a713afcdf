/**
 * Which device this tab is. A reload keeps the name (sessionStorage); a duplicated tab, which copies sessionStorage, finds
 * the name claimed and takes another; a new tab first looks for a name whose tab is gone but whose lines are not.
 */
import type { Claims } from "./claims";
import { boxedDevices, boxKey, Outbox, readBox } from "./outbox";

const KEPT = "zg.device";
const RELOAD_PATIENCE = 1_500;

export interface Places {
  local: Storage;
  session: Storage;
  claims: Claims;
}

export async function openOutbox(places: Places, person: string): Promise<Outbox> {
  const device = (await ownDevice(places, person)) ?? (await orphan(places, person)) ?? (await freshDevice(places));
  places.session.setItem(KEPT, JSON.stringify({ person, device }));
  const outbox = new Outbox(places.local, person, device);
  await adoptOrphans(places, person, outbox);
  return outbox;
}

async function ownDevice(places: Places, person: string): Promise<string | null> {
  const kept = readKept(places.session);
  if (!kept || kept.person !== person) return null;
  return (await places.claims.take(kept.device, RELOAD_PATIENCE)) ? kept.device : null;
}

/** A closed tab's name is taken whole, so that its numbering goes on without a gap. */
async function orphan(places: Places, person: string): Promise<string | null> {
  for (const device of boxedDevices(places.local, person)) {
    if (await places.claims.take(device)) return device;
  }
  return null;
}

async function freshDevice(places: Places): Promise<string> {
  const device = newDevice();
  await places.claims.take(device);
  return device;
}

/** Further closed tabs: their waiting lines move into our box, in one step under their claim. */
export async function adoptOrphans(places: Places, person: string, outbox: Outbox): Promise<number> {
  let adopted = 0;
  for (const device of boxedDevices(places.local, person)) {
    if (device === outbox.device) continue;
    const release = await places.claims.take(device);
    if (!release) continue;
    const key = boxKey(person, device);
    const { lines } = readBox(places.local, key);
    if (lines.length > 0) outbox.adopt(lines);
    places.local.removeItem(key);
    adopted += lines.length;
    release();
  }
  return adopted;
}

export function newDevice(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return `d${Array.from(bytes, (byte) => (byte % 32).toString(32)).join("")}`;
}

function readKept(session: Storage): { person: string; device: string } | null {
  try {
    return JSON.parse(session.getItem(KEPT) ?? "null") as { person: string; device: string } | null;
  } catch {
    return null;
  }
}
