/** The look of the opened chat; stands on the tokens of counter.ts. */
export const style = `
.panel{position:fixed;right:calc(var(--zhanggui-right,24px) + env(safe-area-inset-right));bottom:calc(var(--zhanggui-bottom,24px) + env(safe-area-inset-bottom));
width:384px;height:min(640px,calc(100vh - 48px));display:flex;flex-direction:column;overflow:hidden;border-radius:14px;background:var(--paper);
border:1px solid var(--line);box-shadow:0 2px 6px var(--shade),0 18px 56px var(--shade);animation:rise .18s ease-out;overscroll-behavior:contain}
@keyframes rise{from{opacity:0;transform:translateY(10px)}}
.head{display:flex;align-items:center;gap:12px;padding:14px 10px 13px 16px;background:var(--a);color:var(--on);flex:none}
.seal{width:38px;height:38px;flex:none;border-radius:7px;background:#b0342a;color:#fff;box-shadow:inset 0 0 0 2px #b0342a,inset 0 0 0 3px rgb(255 255 255/.55);
font:700 20px/38px "Songti SC","STSong","Noto Serif CJK SC","SimSun",serif;text-align:center;user-select:none}
.who{flex:1;min-width:0}.who>*{white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.who h2{font:700 17px/1.4 "Songti SC","STSong","Noto Serif CJK SC","SimSun",serif;letter-spacing:.04em}
.who p{font-size:12px;line-height:18px}
.ico{display:grid;place-items:center;width:40px;height:40px;border-radius:9px;flex:none}
.ico:hover,.ico[aria-expanded=true]{background:color-mix(in srgb,currentColor 12%,transparent)}
.head :focus-visible{outline-color:var(--on);outline-offset:-3px}
.body{position:relative;flex:1;min-height:0;display:flex}
.log{flex:1;min-width:0;overflow:auto;padding:14px 16px 6px;overscroll-behavior:contain;scrollbar-width:thin;scrollbar-color:var(--line) transparent}
.log:focus-visible{outline-offset:-2px}
.center{margin:12px auto;text-align:center;font-size:12px;line-height:18px;color:var(--soft);text-wrap:balance;overflow-wrap:anywhere}
.link{color:var(--at);text-decoration:underline;text-underline-offset:3px;font-size:12px;line-height:24px}
.more{display:block;margin:0 auto 8px}
.note{margin:0 0 8px;padding:4px 12px;border:1px solid transparent;border-radius:9px;font-size:12px;line-height:19px;color:var(--soft)}
.note[open]{border-color:var(--line);background:var(--card);padding:8px 12px}
.note summary{cursor:pointer;color:var(--at);width:fit-content;margin:auto;list-style-position:inside}.note p{margin-top:4px;white-space:pre-wrap;overflow-wrap:anywhere}
.row{display:flex;flex-direction:column;align-items:flex-start;margin-top:6px;max-width:100%}
.row.first{margin-top:14px}.row.own{align-items:flex-end}
.name{font-size:12px;line-height:18px;color:var(--soft);margin:0 2px 3px;display:flex;gap:6px;align-items:center}
.tag{font-size:11px;line-height:15px;padding:0 5px;border:1px solid var(--line);border-radius:4px}
.say{display:flex;align-items:flex-end;gap:6px;max-width:100%}.own .say{flex-direction:row-reverse}
.bubble{position:relative;max-width:272px;min-width:0;padding:8px 12px;border-radius:4px 12px 12px 12px;background:var(--card);border:1px solid var(--line);
white-space:pre-wrap;overflow-wrap:anywhere}
.own .bubble{border-radius:12px 4px 12px 12px;background:var(--a);border-color:transparent;color:var(--on)}
.say .bubble.bare{padding:0;border:0;background:none;color:inherit}
.say .bubble.big{padding:0 4px;border:0;background:none;color:inherit;font-size:34px;line-height:1.3}
.bubble a{text-decoration:underline;text-underline-offset:2px}
.quoted{display:block;margin:0 0 6px;padding:1px 0 1px 8px;border-left:2px solid currentColor;font-size:12px;line-height:18px;opacity:.82;
max-height:56px;overflow:hidden;white-space:normal}
.act{opacity:0;width:28px;height:28px;color:var(--soft)}.act svg{width:16px;height:16px}
.say:hover .act,.act:focus-visible{opacity:1}
@media(hover:none){.act{opacity:.4}}
.foot{font-size:11px;line-height:16px;color:var(--soft);margin:3px 2px 0}
.bad{color:var(--seal)}@media(prefers-color-scheme:dark){.bad{color:#f0897d}}
.foot .link{margin-left:8px}
.spin{width:12px;height:12px;margin:0 2px 6px;flex:none;border-radius:50%;border:1.5px solid var(--line);border-top-color:var(--at);animation:spin .9s linear infinite}
@keyframes spin{to{transform:rotate(1turn)}}
.img{display:block;border-radius:10px;overflow:hidden;border:1px solid var(--line);background:var(--card);cursor:zoom-in}
.img img{display:block;object-fit:cover}
.doc{display:flex;align-items:center;gap:10px;min-width:200px;padding:10px 12px;border:1px solid var(--line);border-radius:10px;background:var(--card);color:var(--ink)}
.bubble .doc{text-decoration:none}.doc svg{color:var(--at);width:26px;height:26px}.doc b{display:block;font-weight:500;line-height:19px}.doc i{font:400 12px/16px inherit;font-style:normal;font-size:12px;color:var(--soft)}
.jump{position:absolute;left:50%;bottom:8px;transform:translateX(-50%);display:flex;gap:4px;align-items:center;padding:5px 12px 5px 9px;border-radius:16px;
background:var(--card);border:1px solid var(--line);box-shadow:0 2px 10px var(--shade);font-size:12px;color:var(--at)}.jump svg{width:16px;height:16px}
.strip{flex:none;height:22px;padding:0 16px;font-size:12px;line-height:20px;color:var(--soft);white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.dots::after{content:"…";display:inline-block;animation:fade 1.2s infinite}@keyframes fade{50%{opacity:.2}}
.dock{flex:none;border-top:1px solid var(--line);background:var(--card);padding:4px 8px calc(8px + env(safe-area-inset-bottom))}
.tools{display:flex;align-items:center;color:var(--soft)}.tools .ico{width:38px;height:36px}
.pen{display:flex;align-items:flex-end;gap:8px;padding:0 4px 0 8px}
textarea{flex:1;min-width:0;border:0;outline:0;resize:none;background:none;padding:7px 0;margin:0;line-height:22px;max-height:124px;font-size:14px;overflow:auto;scrollbar-width:thin}
textarea:focus-visible{outline:0}
textarea::placeholder{color:var(--soft);opacity:1}
.dock:has(textarea:focus-visible){box-shadow:inset 0 2px 0 var(--at)}
.go{display:grid;place-items:center;height:36px;min-width:64px;padding:0 14px;border-radius:9px;background:var(--a);color:var(--on);font-size:14px;letter-spacing:.04em}
.go[aria-disabled=true]{background:var(--line);color:var(--soft);cursor:default}
.quoting{display:flex;align-items:center;gap:4px;margin:4px 4px 0;padding-left:10px;border-left:2px solid var(--at);font-size:12px;line-height:18px;color:var(--soft)}
.quoting span{flex:1;min-width:0;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}.quoting .ico{width:30px;height:30px}
.legal{padding:0 8px;font-size:11px;line-height:18px;color:var(--soft)}.legal .link{font-size:11px;line-height:18px}
.drop{position:absolute;inset:8px;display:grid;place-items:center;border:2px dashed var(--at);border-radius:12px;background:color-mix(in srgb,var(--paper) 88%,transparent);color:var(--at);pointer-events:none}
.shake{animation:shake .5s}@keyframes shake{20%,60%{translate:-7px 0}40%,80%{translate:7px 0}}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media(max-width:560px){
.panel{inset:var(--top,0px) 0 auto;width:auto;height:var(--height,100dvh);border:0;border-radius:0}
.head{padding-top:calc(10px + env(safe-area-inset-top));padding-bottom:10px}
.bubble{max-width:min(300px,76vw)}textarea{font-size:16px}.tools .ico,.ico{width:44px;height:44px}.go{height:40px}.act{width:36px;height:36px}}
`;
