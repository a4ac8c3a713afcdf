import type { Talk } from "../core/talk";
import type { Body, Kind } from "../core/types";
import type { h } from "../view/dom";

export const css = `
.up{display:flex;flex-direction:column;align-items:flex-end;margin-top:6px}
.up canvas{display:block;border-radius:10px;border:1px solid var(--line);opacity:.75}
.up progress{width:160px;height:4px;margin-top:6px;appearance:none;border:0;border-radius:2px;overflow:hidden;background:var(--line);accent-color:var(--at)}
.up progress::-webkit-progress-bar{background:var(--line)}.up progress::-webkit-progress-value{background:var(--at)}.up progress::-moz-progress-bar{background:var(--at)}
`;

interface Kit {
  h: typeof h;
  talk: Talk;
  place: HTMLElement;
  retry: string;
  remove: string;
  moved(): void;
}

interface Uploaded extends Body {
  id: string;
  kind: Kind;
}

/** Uploads one file, shows how far it is, and says the line once the server has it. */
export function start(kit: Kit, file: File): void {
  const { h, talk, place, moved } = kit;
  const english = kit.remove === "Delete";
  const bar = h("progress", { max: 1, value: 0, "aria-label": file.name });
  const foot = h("div", { class: "foot" }, file.name);
  const node = h("div", { class: "up" }, bar, foot);
  place.append(node);
  void preview(kit, file, node);
  moved();
  let request: XMLHttpRequest | null = null;
  const remove = () => {
    request?.abort();
    node.remove();
  };
  const failed = (reason: string) => {
    bar.hidden = true;
    const again = h("button", { class: "link", type: "button", onclick: () => void go() }, kit.retry);
    foot.className = "foot bad";
    foot.replaceChildren(`${file.name} · ${reason}`, again, removal());
  };
  const removal = () => h("button", { class: "link", type: "button", onclick: remove }, kit.remove);
  const go = async () => {
    bar.hidden = false;
    bar.value = 0;
    foot.className = "foot";
    foot.replaceChildren(file.name, removal());
    try {
      await talk.ready();
    } catch {
      return failed(reasonOf(null, english));
    }
    request = send(talk, file, bar, (view, error) => {
      if (!view) return failed(reasonOf(error, english));
      node.remove();
      const { id, kind, type, name, size, width, height } = view;
      talk.say({ kind, file: id, text: "", body: { file: id, type, name, size, width, height } });
      moved();
    });
  };
  void go();
}

type ServerError = { code?: string; args?: Record<string, unknown>; message?: string } | null;

function send(
  talk: Talk,
  file: File,
  bar: HTMLProgressElement,
  done: (view: Uploaded | null, error: ServerError) => void,
): XMLHttpRequest {
  const request = new XMLHttpRequest();
  const form = new FormData();
  form.append("file", file, file.name);
  request.open("POST", `${talk.api.base}visit-api/files`);
  for (const [name, value] of Object.entries(talk.api.headers())) request.setRequestHeader(name, value);
  request.responseType = "json";
  request.upload.onprogress = (event) => {
    if (event.lengthComputable) bar.value = event.loaded / event.total;
  };
  request.onload = () => {
    if (request.status < 300 && request.response?.id) done(request.response, null);
    else done(null, request.response?.error ?? null);
  };
  request.onerror = () => done(null, null);
  request.send(form);
  return request;
}

/** Why the server refused, in the visitor's language. */
export function reasonOf(error: ServerError, english: boolean): string {
  const limit = String(error?.args?.limit ?? "");
  switch (error?.code) {
    case "chat.file_too_large":
      return english ? `larger than ${limit} MB` : `超过 ${limit} MB 上限`;
    case "chat.file_type":
      return english ? "this kind of file is not accepted" : "不支持这种文件";
    case "chat.picture_broken":
      return english ? "the picture is broken" : "图片损坏或无法识别";
    default:
      return english ? "not uploaded" : "没有传上去";
  }
}

/** Drawn on a canvas: a strict page may forbid blob: pictures. */
async function preview({ h, moved }: Kit, file: File, node: HTMLElement): Promise<void> {
  if (!file.type.startsWith("image/")) return;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, 220 / picture.width, 240 / picture.height);
    const canvas = h("canvas", {
      width: Math.round(picture.width * scale),
      height: Math.round(picture.height * scale),
    });
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    node.prepend(canvas);
    moved();
  } catch {
    // not a picture after all; the server will say so
  }
}
