import { isScope, SCOPE_TEXTS } from './scopes.ts';
import type { AccountRow } from './model.ts';

export interface ConsentPage {
  readonly appName: string;
  readonly accounts: readonly (AccountRow & { readonly pictureUrl: string })[];
  readonly scopes: readonly string[];
  /** Fields that the form carries on: client_id, redirect_uri, state, scope, response_type. */
  readonly hidden: Readonly<Record<string, string>>;
  /** Path of the form's target. */
  readonly action: string;
}

/** The page on which an owner allows the app: pick an account, untick what it may not do. */
export function renderConsentPage(page: ConsentPage): string {
  const accounts = page.accounts
    .map(
      (account, index) => `
      <label class="account"><input type="radio" name="account" value="${escapeHtml(account.id)}"${index === 0 ? ' checked' : ''}>
        <img src="${escapeHtml(account.pictureUrl)}" alt="" width="44" height="44"><span><b>${escapeHtml(account.username)}</b><small>${escapeHtml(account.name)}</small></span></label>`,
    )
    .join('');
  const scopes = page.scopes
    .filter(isScope)
    .map((scope) => {
      const isBasic = scope === 'instagram_business_basic';
      return `
      <label class="scope"><span><b>${SCOPE_TEXTS[scope].title}</b><small>${SCOPE_TEXTS[scope].text}</small></span>
        <input type="checkbox" name="granted" value="${scope}" checked${isBasic ? ' disabled' : ''}></label>`;
    })
    .join('');
  const hidden = Object.entries(page.hidden)
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
    .join('');
  return layout(
    `Allow ${page.appName}?`,
    `
    <form method="post" action="${escapeHtml(page.action)}">${hidden}
      <p class="brand">Sandbox Instagram</p>
      <h1>${escapeHtml(page.appName)} wants to connect to your account</h1>
      <p class="hint">This is the local practice platform. Nothing here reaches Instagram.</p>
      <fieldset><legend>Account</legend>${accounts}</fieldset>
      <fieldset><legend>It will be able to</legend>${scopes}</fieldset>
      <div class="buttons"><button name="decision" value="allow" class="main">Allow</button><button name="decision" value="cancel">Cancel</button></div>
    </form>`,
  );
}

/** The page shown when the request itself is wrong; the platform shows this and does not redirect. */
export function renderOauthErrorPage(title: string, text: string): string {
  return layout(title, `<p class="brand">Sandbox Instagram</p><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>`);
}

function layout(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

const STYLE = `
:root{color-scheme:light dark;--bg:#f6f4f1;--card:#fff;--ink:#1d1b19;--soft:#6d665f;--line:#e6e0d9;--main:#7a2e5d;--on:#fff}
@media(prefers-color-scheme:dark){:root{--bg:#151312;--card:#211e1c;--ink:#f3efeb;--soft:#a79f97;--line:#37322e;--main:#d884b5;--on:#1d0f18}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--bg);color:var(--ink);font:16px/1.45 system-ui,sans-serif;padding:24px}
main{width:100%;max-width:440px;background:var(--card);border:1px solid var(--line);border-radius:20px;padding:28px;box-shadow:0 18px 50px rgb(40 20 30/.12)}
.brand{margin:0 0 14px;font-weight:600;color:var(--main)}h1{margin:0 0 6px;font-size:22px;line-height:1.25}.hint{margin:0 0 18px;color:var(--soft);font-size:14px}
fieldset{border:1px solid var(--line);border-radius:14px;margin:0 0 14px;padding:4px 14px}legend{font-size:13px;color:var(--soft);padding:0 6px}
label{display:flex;align-items:center;gap:12px;padding:10px 0;cursor:pointer}label+label{border-top:1px solid var(--line)}
.account img{border-radius:50%;object-fit:cover}.scope{justify-content:space-between}small{display:block;color:var(--soft);font-size:13px}
input{accent-color:var(--main);width:18px;height:18px;flex:none}.buttons{display:grid;gap:10px;margin-top:18px}
button{font:inherit;font-weight:600;padding:12px;border-radius:12px;border:1px solid var(--line);background:none;color:inherit;cursor:pointer}button.main{background:var(--main);border-color:var(--main);color:var(--on)}
button:focus-visible,input:focus-visible{outline:3px solid var(--main);outline-offset:2px}`;
