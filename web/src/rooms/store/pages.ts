import type { RouteRecordRaw } from "vue-router";

/** Pages of the settings that speak of the shop itself. */
export const storePages: RouteRecordRaw[] = [
  {
    path: "shop/:shop?",
    name: "shop",
    component: () => import("./Shop.vue"),
    meta: { title: "store.shop.title", needs: ["store.shop.edit"] },
  },
];
