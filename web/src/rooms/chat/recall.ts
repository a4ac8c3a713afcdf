import { complain } from "../../app/trouble";
import type { Desk } from "./desk";
import { requests } from "./requests";
import type { Message } from "./shapes";

/** The server's rule; here it only decides whether the act is offered. */
export const RECALL_WITHIN = 120_000;

/** Takes a line back: its trace shows at once. */
export async function recall(desk: Desk, { conversation, seq }: Message): Promise<void> {
  const table = desk.live.tables.table("message");
  const back = table.guess(`${conversation}/${seq}`, { recalled_at: Date.now() });
  await requests.recall(conversation, seq).catch((error) => {
    back();
    complain(error);
  });
}

/** My last line in this conversation that may still be taken back. */
export function lastOwn(desk: Desk, conversation: string): Message | undefined {
  return desk.threads
    .of(conversation)
    .blocks.slice(-2)
    .flatMap((block) => [...block.messages])
    .findLast((m) => m.by === desk.me.id && !m.recalled_at && Date.now() - m.at < RECALL_WITHIN);
}
