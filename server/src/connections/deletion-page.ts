/** How far a deletion is. */
export interface DeletionState {
  readonly code: string;
  readonly receivedAt: Date;
  readonly finishedAt: Date | null;
}

/** The page that a person sees who asked a platform to have their data deleted. Undefined: nobody was ever given this code. */
export function deletionPage(state: DeletionState | undefined): string {
  const { title, lines } = words(state);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.55 system-ui, sans-serif; }
body { display: grid; place-items: center; min-height: 100dvh; margin: 0; background: light-dark(#f6f5fa, #15151f); color: light-dark(#1d1b2a, #e9e8f1); }
main { box-sizing: border-box; width: min(100% - 32px, 520px); padding: 32px; border: 1px solid light-dark(#e3e1ee, #2d2c3d); border-radius: 16px; background: light-dark(#fff, #1c1c29); }
h1 { margin: 0 0 12px; font-size: 22px; line-height: 1.3; letter-spacing: -0.015em; }
p { margin: 8px 0 0; }
code { font-size: 15px; letter-spacing: 0.04em; overflow-wrap: anywhere; }
</style>
</head>
<body><main><h1>${title}</h1>
${lines.map((line) => `<p>${line}</p>`).join('\n')}
</main></body>
</html>
`;
}

function words(state: DeletionState | undefined): { title: string; lines: readonly string[] } {
  if (state === undefined)
    return {
      title: 'There is no request with this code',
      lines: ['Check that the address is complete. A code has 20 letters and digits.'],
    };
  const code = `Your confirmation code: <code>${state.code}</code>`;
  const asked = `Asked on ${moment(state.receivedAt)}.`;
  return state.finishedAt === null
    ? {
        title: 'Your data is being deleted',
        lines: [`${asked} This takes a few minutes; look again later.`, code],
      }
    : {
        title: 'Your data was deleted',
        lines: [
          `${asked} Finished on ${moment(state.finishedAt)}.`,
          'Nothing that is kept here names you any more.',
          code,
        ],
      };
}

/** In UTC: the page does not know where its reader is. */
function moment(at: Date): string {
  const text = at.toLocaleString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
  });
  return `${text} UTC`;
}
