/** Instagram Login, the browser's part and the code exchange (platforms.md A.1). */
import type { SandboxCore } from './core.ts';
import { htmlAnswer, jsonAnswer, redirectAnswer } from './http-answer.ts';
import type { HttpAnswer } from './http-answer.ts';
import { renderConsentPage, renderOauthErrorPage } from './oauth-page.ts';
import { issueShortToken } from './oauth-tokens.ts';
import type { Params } from './params.ts';
import { PICTURE_PATH } from './pictures.ts';
import { isScope } from './scopes.ts';

const CODE_LIFE_MS = 3_600_000;

/** `GET /oauth/authorize`: the consent page, or a page that says why the request is wrong. */
export function answerAuthorizePage(core: SandboxCore, params: Params): HttpAnswer {
  const checked = checkAuthorize(core, params);
  if ('problem' in checked) return htmlAnswer(400, renderOauthErrorPage(checked.title, checked.problem));
  const path = new URL(core.baseUrl()).pathname.replace(/\/$/, '');
  return htmlAnswer(
    200,
    renderConsentPage({
      appName: core.config.app.name,
      accounts: core.state.accounts
        .all()
        .map((account) => ({ ...account, pictureUrl: `${path}${PICTURE_PATH}${account.picture}.jpg` })),
      scopes: checked.scopes,
      hidden: {
        client_id: core.config.app.id,
        redirect_uri: checked.redirectUri,
        response_type: 'code',
        scope: checked.scopes.join(','),
        ...(checked.state === undefined ? {} : { state: checked.state }),
      },
      action: `${path}/oauth/authorize`,
    }),
  );
}

/** `POST /oauth/authorize`: the owner's decision, sent back to the app. */
export async function answerAuthorizeDecision(
  core: SandboxCore,
  params: Params,
  granted: readonly string[],
): Promise<HttpAnswer> {
  const checked = checkAuthorize(core, params);
  if ('problem' in checked) return htmlAnswer(400, renderOauthErrorPage(checked.title, checked.problem));
  const account = core.state.accounts.find(params.text('account') ?? '');
  if (params.text('decision') !== 'allow')
    return redirectBack(checked, {
      error: 'access_denied',
      error_reason: 'user_denied',
      error_description: 'The user denied your request',
    });
  if (!account) return htmlAnswer(400, renderOauthErrorPage('No account chosen', 'Go back and choose an account.'));
  const code = core.ids.code();
  const scopes = checked.scopes.filter((scope) => scope === 'instagram_business_basic' || granted.includes(scope));
  await core.state.transact(() =>
    core.state.codes.put(code, {
      code,
      appId: core.config.app.id,
      accountId: account.id,
      redirectUri: checked.redirectUri,
      scopes,
      expiresAtMs: core.nowMs() + CODE_LIFE_MS,
      isUsed: false,
    }),
  );
  return redirectBack(checked, { code });
}

/** `POST /oauth/access_token`: code for a short-lived token. Errors have their own envelope here. */
export async function answerCodeExchange(core: SandboxCore, params: Params): Promise<HttpAnswer> {
  const { app } = core.config;
  if (params.text('client_id') !== app.id) return oauthError('Invalid platform app');
  if (params.text('client_secret') !== app.secret) return oauthError('Error validating client secret.');
  if (params.text('grant_type') !== 'authorization_code')
    return oauthError('Invalid grant_type: must be authorization_code');
  // no trimming: the `#_` behind a code belongs to the address, and who sends it is refused
  const row = core.state.codes.find(params.text('code') ?? '');
  if (!row || row.isUsed || row.expiresAtMs <= core.nowMs())
    return oauthError('Matching code was not found or was already used');
  if (row.redirectUri !== params.text('redirect_uri'))
    return oauthError(
      'Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request',
    );
  const account = core.state.accounts.find(row.accountId);
  if (!account) return oauthError('Matching code was not found or was already used');
  const token = await core.state.transact(() => {
    core.state.codes.put(row.code, { ...row, isUsed: true });
    return issueShortToken(core, account, row.scopes);
  });
  const { tokenAnswer, permissionsAs, userIdAs } = core.settings().variants;
  const body = {
    access_token: token.token,
    user_id: account.id,
    permissions: permissionsAs === 'list' ? row.scopes : row.scopes.join(','),
  };
  const answer = jsonAnswer(200, tokenAnswer === 'wrapped' ? { data: [body] } : body);
  if (userIdAs === 'text') return answer;
  // all digits, as the platform writes them: a reader that makes a JavaScript number of them gets another account
  return { ...answer, body: answer.body.toString().replace(`"user_id":"${account.id}"`, `"user_id":${account.id}`) };
}

interface AuthorizeRequest {
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string | undefined;
}

function checkAuthorize(core: SandboxCore, params: Params): AuthorizeRequest | { title: string; problem: string } {
  const { app } = core.config;
  const redirectUri = params.text('redirect_uri') ?? '';
  const scopes = (params.text('scope') ?? '').split(/[\s,]+/).filter((scope) => scope !== '');
  const unknown = scopes.filter((scope) => !isScope(scope));
  if (params.text('client_id') !== app.id)
    return {
      title: 'Invalid platform app',
      problem: 'The client_id is not the id of an app that this platform knows.',
    };
  if (!URL.canParse(redirectUri) || !/^https?:$/.test(new URL(redirectUri).protocol))
    return { title: 'Invalid redirect_uri', problem: 'The redirect_uri must be a complete http(s) address.' };
  if (app.redirectUris && !app.redirectUris.includes(redirectUri))
    return {
      title: 'Invalid redirect_uri',
      problem: "The redirect_uri is not in the list of the app's addresses. It must be the same letter for letter.",
    };
  if (params.text('response_type') !== 'code')
    return { title: 'Invalid response_type', problem: 'The response_type must be "code".' };
  if (unknown.length > 0)
    return {
      title: 'Invalid Scopes',
      problem: `Invalid Scopes: ${unknown.join(', ')}. This message is only shown to developers.`,
    };
  if (!scopes.includes('instagram_business_basic'))
    return { title: 'Invalid Scopes', problem: 'The scope instagram_business_basic is needed.' };
  return { redirectUri, scopes: [...new Set(scopes)], state: params.text('state') };
}

function redirectBack(request: AuthorizeRequest, result: Readonly<Record<string, string>>): HttpAnswer {
  const url = new URL(request.redirectUri);
  for (const [name, value] of Object.entries(result)) url.searchParams.set(name, value);
  if (request.state !== undefined) url.searchParams.set('state', request.state);
  return redirectAnswer(`${url.href}${'code' in result ? '#_' : ''}`);
}

function oauthError(message: string): HttpAnswer {
  return jsonAnswer(400, { error_type: 'OAuthException', code: 400, error_message: message });
}
