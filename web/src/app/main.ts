import { createPinia } from "pinia";
import { createApp } from "vue";
import "../ui/styles/index.css";
import { listen } from "../ui/keys";
import { i18n } from "../words";
import App from "./App.vue";
import { keepTitle } from "./attention";
import { door } from "./http";
import { usePreferences } from "./preferences";
import { router } from "./router";
import { useSession } from "./session";
import { complain } from "./trouble";

const app = createApp(App);
app.use(createPinia());
app.use(i18n);
usePreferences().start();

door.onExpired = () => {
  useSession().leave();
  const here = router.currentRoute.value;
  if (!here.meta.open) void router.replace({ name: "login", query: { back: here.fullPath, over: "1" } });
};
door.onStale = () => useSession().renew();
app.config.errorHandler = (error) => complain(error);

app.use(router);
listen(window);
keepTitle();
app.mount("#app");
