/** Everything that is not needed to open the chat; fetched beside the script when it is. */
export const load = {
  panel: () => import("./view/panel"),
  en: () => import("./lazy/en"),
  emoticons: () => import("./lazy/emoticons"),
  upload: () => import("./lazy/upload"),
  viewer: () => import("./lazy/viewer"),
  cards: () => import("./lazy/cards"),
};
