import { type ComputedRef, computed } from "vue";
import { useI18n } from "vue-i18n";
import { useRouter } from "vue-router";
import type { IconName } from "../ui/icons/paths";
import type { Section } from "../ui/SettingsLayout.vue";
import { useSession } from "./session";

const PLAN: { title: string; links: [name: string, icon: IconName][] }[] = [
  {
    title: "app.sections.mine",
    links: [
      ["account", "user"],
      ["security", "lock"],
      ["appearance", "palette"],
    ],
  },
  {
    title: "app.sections.house",
    links: [
      ["shop", "shop"],
      ["agents", "group"],
      ["roles", "role"],
      ["groups", "label"],
    ],
  },
];

/** The pages of the settings this person may open. */
export function useSettingsSections(): ComputedRef<Section[]> {
  const { t } = useI18n();
  const router = useRouter();
  const session = useSession();

  const link = ([name, icon]: [string, IconName]) => {
    const route = router.resolve({ name });
    return session.may(...(route.meta.needs ?? []))
      ? [{ to: route.path, label: t(route.meta.title ?? name), icon }]
      : [];
  };
  return computed(() =>
    PLAN.map(({ title, links }) => ({ title: t(title), links: links.flatMap(link) })).filter(
      (section) => section.links.length,
    ),
  );
}
