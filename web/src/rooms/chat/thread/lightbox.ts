import { shallowRef } from "vue";

export interface Looked {
  src: string;
  name: string;
}

/** The picture that is looked at in full, shown by the one Lightbox of the workbench. */
export const looked = shallowRef<Looked | null>(null);

export function lookAt(picture: Looked): void {
  looked.value = picture;
}
