import { FlowError, type JsonValue, type OutgoingMessage, type PlatformAction } from '@heddle/schemas';
import { describe, expect, it } from 'vitest';
import { createInstagramPlatform } from './client.ts';
import { fakeAccount as account } from './fake-account.ts';
import { toGraphCall } from './perform.ts';

const platform = createInstagramPlatform({ nowMs: () => 1_800_000_000_000 });
const text = (value: string, quickReplies: string[] = []): OutgoingMessage => ({
  kind: 'text',
  text: value,
  quickReplies: quickReplies.map((title) => ({ title })),
});
const send = (message: OutgoingMessage): PlatformAction => ({ kind: 'message', to: '526', message });
const problems = (message: OutgoingMessage) => platform.validate(send(message)).map((problem) => problem.path);

describe('limits of messages', () => {
  it('counts the text in UTF-8 bytes: 1000 fit, one more does not', () => {
    expect(problems(text('a'.repeat(1000)))).toEqual([]);
    expect(problems(text('a'.repeat(1001)))).toEqual(['/message/text']);
    expect(problems(text('é'.repeat(500)))).toEqual([]);
    expect(problems(text(`${'é'.repeat(500)}a`))).toEqual(['/message/text']);
    expect(problems(text('👍'.repeat(250)))).toEqual([]);
    expect(problems(text('👍'.repeat(251)))).toEqual(['/message/text']);
    expect(problems(text(' '))).toEqual(['/message/text']);
  });

  it('takes 13 quick replies of 20 characters', () => {
    expect(
      problems(
        text(
          'Pick',
          Array.from({ length: 13 }, () => '👍'.repeat(20)),
        ),
      ),
    ).toEqual([]);
    expect(
      problems(
        text(
          'Pick',
          Array.from({ length: 14 }, () => 'a'),
        ),
      ),
    ).toEqual(['/message/quickReplies']);
    expect(problems(text('Pick', ['a'.repeat(21)]))).toEqual(['/message/quickReplies/0/title']);
    expect(problems({ kind: 'text', text: 'Pick', quickReplies: [{ title: 'a', payload: 'b'.repeat(1001) }] })).toEqual(
      ['/message/quickReplies/0/payload'],
    );
  });

  it('takes cards with 80, 80 and 20 characters, and at most 10 of them', () => {
    const card = {
      title: 'a'.repeat(80),
      subtitle: 'b'.repeat(80),
      imageUrl: 'https://example.com/a.jpg',
      buttons: [{ kind: 'link' as const, title: 'c'.repeat(20), url: 'https://example.com' }],
    };
    expect(problems({ kind: 'carousel', cards: Array.from({ length: 10 }, () => card) })).toEqual([]);
    expect(problems({ kind: 'carousel', cards: Array.from({ length: 11 }, () => card) })).toEqual(['/message/cards']);
    expect(problems({ kind: 'carousel', cards: [] })).toEqual(['/message/cards']);
    expect(
      problems({ kind: 'carousel', cards: [{ ...card, title: 'a'.repeat(81), subtitle: 'b'.repeat(81) }] }),
    ).toEqual(['/message/cards/0/title', '/message/cards/0/subtitle']);
    expect(
      problems({
        kind: 'carousel',
        cards: [{ ...card, buttons: [{ kind: 'postback', title: 'c'.repeat(21), payload: 'x' }] }],
      }),
    ).toEqual(['/message/cards/0/buttons/0/title']);
    expect(
      problems({
        kind: 'carousel',
        cards: [
          {
            ...card,
            buttons: Array.from({ length: 4 }, () => ({ kind: 'postback' as const, title: 'a', payload: 'x' })),
          },
        ],
      }),
    ).toEqual(['/message/cards/0/buttons']);
    expect(problems({ kind: 'carousel', cards: [{ title: 'alone' }] })).toEqual(['/message/cards/0']);
  });

  it('takes 640 characters above one to three buttons, and complete addresses only', () => {
    const button = { kind: 'link' as const, title: 'Open', url: 'https://example.com' };
    expect(problems({ kind: 'buttons', text: 'a'.repeat(640), buttons: [button] })).toEqual([]);
    expect(problems({ kind: 'buttons', text: 'a'.repeat(641), buttons: [button] })).toEqual(['/message/text']);
    expect(problems({ kind: 'buttons', text: 'a', buttons: [] })).toEqual(['/message/buttons']);
    expect(problems({ kind: 'buttons', text: 'a', buttons: [{ ...button, url: 'example.com' }] })).toEqual([
      '/message/buttons/0/url',
    ]);
    expect(problems({ kind: 'image', url: 'javascript:alert(1)' })).toEqual(['/message/url']);
  });
});

it('names the place of a problem in words', () => {
  const words = (message: OutgoingMessage) => platform.validate(send(message)).map((problem) => problem.message);
  const button = { kind: 'link' as const, title: 'c'.repeat(21), url: 'example.com' };
  expect(words({ kind: 'carousel', cards: [{ title: 'a', buttons: [button] }] })).toEqual([
    'The title of button 1 of card 1 has 21 characters; Instagram takes at most 20.',
    'The web address of button 1 of card 1 must be complete, such as https://example.com/page.',
  ]);
  expect(
    words(
      text(
        'Pick',
        Array.from({ length: 14 }, () => 'a'),
      ),
    ),
  ).toEqual(['The message has 14 quick replies; Instagram takes at most 13.']);
  expect(words({ kind: 'buttons', text: ' ', buttons: [] })).toEqual([
    'The text must not be empty.',
    'The message has no buttons; at least 1 is needed.',
  ]);
  expect(words({ kind: 'carousel', cards: [{ title: 'alone' }] })[0]).toMatch(/^Card 1 needs/);
});

describe('calls', () => {
  it('builds each kind as documented', () => {
    expect(toGraphCall(send(text('Hi')), '1784')).toEqual({
      path: '/v25.0/1784/messages',
      body: { recipient: { id: '526' }, messaging_type: 'RESPONSE', message: { text: 'Hi' } },
    });
    expect(toGraphCall(send(text('Pick', ['Yes'])), '1784').body['message']).toEqual({
      text: 'Pick',
      quick_replies: [{ content_type: 'text', title: 'Yes', payload: 'Yes' }],
    });
    expect(toGraphCall(send({ kind: 'image', url: 'https://e.com/a.jpg' }), '1784').body['message']).toEqual({
      attachment: { type: 'image', payload: { url: 'https://e.com/a.jpg' } },
    });
    expect(toGraphCall({ kind: 'privateReply', commentId: '178', message: text('Hi') }, '1784').body).toEqual({
      recipient: { comment_id: '178' },
      message: { text: 'Hi' },
    });
    expect(toGraphCall({ kind: 'commentReply', commentId: '178', text: 'Hi' }, '1784')).toEqual({
      path: '/v25.0/178/replies',
      body: { message: 'Hi' },
    });
    expect(toGraphCall({ kind: 'typing', to: '526' }, '1784').body).toEqual({
      recipient: { id: '526' },
      sender_action: 'typing_on',
    });
    expect(
      toGraphCall(
        send({
          kind: 'carousel',
          cards: [
            {
              title: 'A',
              subtitle: '',
              url: 'https://e.com',
              buttons: [{ kind: 'postback', title: 'Buy', payload: 'BUY' }],
            },
          ],
        }),
        '1784',
      ).body['message'],
    ).toEqual({
      attachment: {
        type: 'template',
        payload: {
          template_type: 'generic',
          elements: [
            {
              title: 'A',
              default_action: { type: 'web_url', url: 'https://e.com' },
              buttons: [{ type: 'postback', title: 'Buy', payload: 'BUY' }],
            },
          ],
        },
      },
    });
  });

  it('keeps an id from a webhook inside its place in the path', () => {
    expect(toGraphCall({ kind: 'commentReply', commentId: '../me?x=1', text: 'a' }, '1784').path).toBe(
      '/v25.0/..%2Fme%3Fx%3D1/replies',
    );
  });

  it('gives the receipt', async () => {
    await expect(
      platform.perform(send(text('Hi')), account({ recipient_id: '526', message_id: 'm1' })),
    ).resolves.toEqual({ platformId: 'm1', recipientId: '526' });
    await expect(
      platform.perform({ kind: 'commentReply', commentId: '1', text: 'Hi' }, account({ id: '178' })),
    ).resolves.toEqual({ platformId: '178' });
  });

  it('does not call when the content is over a limit', async () => {
    const to = account();
    await expect(platform.perform(send(text('a'.repeat(1001))), to)).rejects.toMatchObject({
      code: 'SEND_INVALID',
      details: { sent: false },
    });
    expect(to.calls).toEqual([]);
  });

  it('throws by the table, with whether it may have been sent', async () => {
    const closed = account({
      status: 400,
      headers: {},
      body: { error: { code: 10, error_subcode: 2534022, message: 'outside' } },
    });
    await expect(platform.perform(send(text('Hi')), closed)).rejects.toMatchObject({
      code: 'SEND_WINDOW_CLOSED',
      details: { sent: false },
    });
    await expect(platform.perform(send(text('Hi')), account({}))).rejects.toMatchObject({
      code: 'PLATFORM_ANSWER_INVALID',
      details: { sent: true },
    });
  });
});

describe('the platform', () => {
  const app = {
    appId: 'a',
    appSecrets: ['s'],
    verifyToken: 'verify',
    apiUrl: 'https://graph.example/',
    oauthUrl: 'https://login.example',
    tokenUrl: 'https://token.example',
  };

  it('answers the handshake for the right mode and token only', () => {
    const query = { 'hub.mode': 'subscribe', 'hub.verify_token': 'verify', 'hub.challenge': '1158201444' };
    expect(platform.webhook.challenge(query, app)).toBe('1158201444');
    expect(platform.webhook.challenge({ ...query, 'hub.verify_token': 'other' }, app)).toBeNull();
    expect(platform.webhook.challenge({ ...query, 'hub.mode': 'x' }, app)).toBeNull();
    expect(platform.webhook.challenge(query, { ...app, verifyToken: '' })).toBeNull();
  });

  it.each<[string, JsonValue, JsonValue]>([
    [
      'as documented',
      {
        data: [
          {
            access_token: 'short',
            user_id: '1',
            permissions: 'instagram_business_basic,instagram_business_manage_messages',
          },
        ],
      },
      { data: [{ id: '2', user_id: '1784', username: 'acme', name: 'Acme' }] },
    ],
    [
      'as seen',
      {
        access_token: 'short',
        user_id: 1,
        permissions: ['instagram_business_basic', 'instagram_business_manage_messages'],
      },
      { id: '2', user_id: 1784, username: 'acme', name: 'Acme' },
    ],
  ])('exchanges a code, answers %s', async (_name, tokenAnswer, meAnswer) => {
    const urls: string[] = [];
    const forms: Record<string, string>[] = [];
    const answers: JsonValue[] = [
      tokenAnswer,
      { access_token: 'long', token_type: 'bearer', expires_in: 5_183_944 },
      meAnswer,
    ];
    const grant = await platform.oauth.exchange(
      app,
      { code: 'AQB#_', redirectUri: 'https://here/cb' },
      async (url, init) => {
        urls.push(url);
        if (init.form !== undefined) forms.push(init.form);
        return { status: 200, body: answers.shift() ?? null };
      },
    );
    expect(grant).toEqual({
      accessToken: 'long',
      expiresAtMs: 1_800_000_000_000 + 5_183_944_000,
      grantedScopes: ['instagram_business_basic', 'instagram_business_manage_messages'],
      account: { externalId: '1784', appScopedId: '2', username: 'acme', name: 'Acme' },
    });
    expect(forms[0]).toMatchObject({ code: 'AQB', grant_type: 'authorization_code', client_secret: 's' });
    expect(urls[1]).toBe(
      'https://graph.example/access_token?grant_type=ig_exchange_token&client_secret=s&access_token=short',
    );
  });

  it('says why a code was not taken', async () => {
    const refused = platform.oauth.exchange(app, { code: 'x', redirectUri: 'r' }, async () => ({
      status: 400,
      body: {
        error_type: 'OAuthException',
        code: 400,
        error_message: 'Matching code was not found or was already used',
      },
    }));
    await expect(refused).rejects.toThrow(FlowError);
    await expect(refused).rejects.toMatchObject({
      code: 'OAUTH_REFUSED',
      message: expect.stringContaining('already used'),
    });
  });

  it('reads profile and media in our words', async () => {
    await expect(
      platform.read(
        'profile',
        { platformId: '526' },
        account({ id: '526', name: null, username: 'peter_c', is_user_follow_business: true }),
      ),
    ).resolves.toEqual({ platformId: '526', username: 'peter_c', isFollower: true });
    await expect(
      platform.read('profile', { platformId: '526' }, account({ id: '526', name: ' Wanjirũ K. ✨' })),
    ).resolves.toMatchObject({ firstName: 'Wanjirũ' });
    await expect(
      platform.read('profile', { platformId: '526' }, account({ id: '526', name: '★ Shoes 4U' })),
    ).resolves.not.toHaveProperty('firstName');
    await expect(
      platform.read(
        'media',
        { limit: 5 },
        account({
          data: [{ id: '1', media_type: 'IMAGE', media_product_type: 'FEED' }],
          paging: { cursors: { after: 'c' } },
        }),
      ),
    ).resolves.toEqual({ items: [{ id: '1', kind: 'FEED', mediaType: 'IMAGE' }] });
    await expect(platform.read('secrets', {}, account())).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  });
});
