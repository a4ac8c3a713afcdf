import { shallowRef } from "vue";
import { api } from "../../app/http";
import { complain, wordsOf } from "../../app/trouble";
import { useFresh, useRecord, useTables } from "../../realtime/vue";
import type { Customer } from "./shapes";

/** One customer, live, and what the desk may note of him; changes show at once and go back when refused. */
export function useCustomer(id: string) {
  const tables = useTables();
  const customer = useRecord<Customer>("customer", () => id);
  const failed = shallowRef("");
  const path = `/api/customers/${encodeURIComponent(id)}`;

  async function load(): Promise<void> {
    failed.value = "";
    try {
      take(await api.get<Customer>(path));
    } catch (error) {
      failed.value = wordsOf(error);
    }
  }

  useFresh(load, () => failed.value !== "");

  /** An answer without a number says what is true now; an event that came meanwhile is newer and stays. */
  function take(fresh: Customer, n = 0): void {
    tables.merge("customer", [{ ...fresh }], n);
  }

  async function change(shown: Partial<Customer>, ask: () => Promise<unknown>): Promise<boolean> {
    const back = tables.table("customer").guess(id, shown);
    try {
      await ask();
      return true;
    } catch (error) {
      back();
      complain(error);
      return false;
    }
  }

  const setTags = (tags: string[]) => change({ tags }, () => api.put(`${path}/tags`, { tags }));
  const patch = (shown: { name?: string; profile?: Record<string, string> }) =>
    change(shown, () => api.patch(path, shown));

  async function addRemark(text: string): Promise<boolean> {
    return change({}, () => api.post(`${path}/remarks`, { text }));
  }

  function removeRemark(remark: string): Promise<boolean> {
    const remarks = customer.value?.remarks.filter((one) => one.id !== remark) ?? [];
    return change({ remarks }, () => api.delete(`${path}/remarks/${remark}`));
  }

  async function reveal(field: "phone" | "address", reason: string): Promise<string | undefined> {
    const got = await api.post<{ value: string }>(`${path}/reveal`, { field, reason }).catch(complain);
    return got?.value;
  }

  return { customer, failed, load, setTags, patch, addRemark, removeRemark, reveal };
}
