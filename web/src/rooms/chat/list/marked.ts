/** A text cut at its spans (code points, half open, as the server counts them), long beginnings shortened. */
export function marked(text: string, spans: readonly [number, number][]): { text: string; hit: boolean }[] {
  const signs = [...text];
  const parts: { text: string; hit: boolean }[] = [];
  const first = spans[0]?.[0] ?? 0;
  let from = first > 24 ? first - 12 : 0;
  if (from > 0) parts.push({ text: "…", hit: false });
  for (const [start, end] of spans) {
    if (start < from || end > signs.length) continue;
    if (start > from) parts.push({ text: signs.slice(from, start).join(""), hit: false });
    parts.push({ text: signs.slice(start, end).join(""), hit: true });
    from = end;
  }
  if (from < signs.length) parts.push({ text: signs.slice(from).join(""), hit: false });
  return parts;
}
