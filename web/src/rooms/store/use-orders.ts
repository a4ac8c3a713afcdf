import { computed, onMounted, shallowRef } from "vue";
import { api } from "../../app/http";
import { wordsOf } from "../../app/trouble";
import { useFresh, useTables, useTableVersion } from "../../realtime/vue";
import type { Order } from "./order-shapes";

/** A customer's orders, newest first; each change of one arrives by itself. */
export function useOrders(customer: string) {
  const tables = useTables();
  const table = tables.table("order");
  const version = useTableVersion(table);
  const loaded = shallowRef(false);
  const failed = shallowRef("");

  const orders = computed(() => {
    void version.value;
    return [...table.records<Order>()]
      .filter((order) => order.customer === customer)
      .sort((a, b) => b.placed_at - a.placed_at);
  });

  async function load(): Promise<void> {
    failed.value = "";
    try {
      const page = await api.get<{ items: Order[] }>(`/api/customers/${encodeURIComponent(customer)}/orders`);
      tables.merge(
        "order",
        page.items.map((order) => ({ ...order })),
        0,
      );
      loaded.value = true;
    } catch (error) {
      failed.value = wordsOf(error);
    }
  }

  onMounted(load);
  useFresh(load, () => failed.value !== "");
  return { orders, loaded, failed, load };
}
