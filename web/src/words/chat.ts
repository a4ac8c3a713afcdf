/** Words of the workbench. */
export { en } from "./chat/en";
export { zh } from "./chat/zh";
