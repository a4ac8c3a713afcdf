/** Attributes that pass through any component to its element; templates are checked strictly, so they are named here. */
import "vue";

declare module "vue" {
  interface ComponentCustomProps {
    "aria-label"?: string | undefined;
    "aria-labelledby"?: string | undefined;
    "aria-describedby"?: string | undefined;
    "aria-invalid"?: boolean | undefined;
    "aria-current"?: "page" | undefined;
    title?: string | undefined;
    lang?: string | undefined;
    form?: string | undefined;
    required?: boolean | undefined;
    autocapitalize?: string | undefined;
    spellcheck?: boolean | "true" | "false" | undefined;
  }
}

declare module "@vue/runtime-dom" {
  interface HTMLAttributes {
    [data: `data-${string}`]: string | number | boolean | null | undefined;
  }
}
