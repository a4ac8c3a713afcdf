/**
 * The ground of the look, a shop counter of warm paper, ink and one accent, and the launcher.
 * Important declarations of the host win over important ones of the page, so that no rule of the
 * page can hide or restyle it.
 */
export const counter = `
:host{all:initial!important;position:fixed!important;inset:auto 0 0 auto!important;z-index:2147483000!important;display:block!important;
visibility:visible!important;opacity:1!important;width:0!important;height:0!important;contain:none!important;pointer-events:auto!important;
--paper:#fbf7ef;--card:#fffdf8;--ink:#26211b;--soft:#6b6154;--line:#e5dac7;--seal:#b0342a;--at:var(--al);--shade:rgb(60 45 20/.16);
font:400 14px/1.55 "PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",system-ui,sans-serif!important;color:var(--ink)!important;
direction:ltr!important;text-size-adjust:100%!important;-webkit-text-size-adjust:100%!important;color-scheme:light dark!important}
:host([hidden]){display:none!important}
@media(prefers-color-scheme:dark){:host{--paper:#1e1c19;--card:#292622;--ink:#ece5d8;--soft:#a99f8f;--line:#3b362f;--seal:#c9483c;--at:var(--ad);--shade:rgb(0 0 0/.5)}}
*,::before,::after{box-sizing:border-box}
button,textarea,a{font:inherit;color:inherit}
button{appearance:none;border:0;background:none;padding:0;margin:0;cursor:pointer;text-align:inherit;-webkit-tap-highlight-color:transparent}
h2,p{margin:0;font:inherit}
[hidden]{display:none!important}
svg{width:20px;height:20px;flex:none;display:block;fill:none;stroke:currentColor;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
:focus-visible{outline:2px solid var(--at);outline-offset:2px}
.launch{position:fixed;right:calc(var(--zhanggui-right,24px) + env(safe-area-inset-right));bottom:calc(var(--zhanggui-bottom,24px) + env(safe-area-inset-bottom));
display:flex;align-items:center;gap:8px;height:52px;padding:0 20px 0 16px;border-radius:14px;background:var(--a);color:var(--on);font-size:15px;letter-spacing:.06em;
box-shadow:0 1px 2px var(--shade),0 8px 24px var(--shade);transition:transform .16s}
.launch svg{width:24px;height:24px}.launch:hover{transform:translateY(-2px)}
.badge{position:absolute;top:-7px;right:-7px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;background:var(--seal);color:#fff;
font-size:12px;line-height:22px;text-align:center;letter-spacing:0;box-shadow:0 0 0 2px var(--paper)}
@media(max-width:560px){
.launch{right:calc(var(--zhanggui-right,16px) + env(safe-area-inset-right));bottom:calc(var(--zhanggui-bottom,20px) + env(safe-area-inset-bottom));padding:0;width:54px;height:54px;justify-content:center}
.launch>span:not(.badge):not(.sr){display:none}}
@media(prefers-reduced-motion:reduce){*,::before,::after{animation-duration:.01ms!important;animation-iteration-count:1!important;transition:none!important}}
@media(forced-colors:active){.bubble,.launch,.go,.panel{border:1px solid}}
`;
