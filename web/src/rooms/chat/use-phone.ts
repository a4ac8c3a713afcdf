import { onScopeDispose, type Ref, ref } from "vue";

/** True while the window is as narrow as a phone. */
export function usePhone(): Readonly<Ref<boolean>> {
  const narrow = matchMedia("(width <= 760px)");
  const phone = ref(narrow.matches);
  const follow = () => {
    phone.value = narrow.matches;
  };
  narrow.addEventListener("change", follow);
  onScopeDispose(() => narrow.removeEventListener("change", follow));
  return phone;
}
