import type { Issue, JsonObject } from '@heddle/schemas';
import type { NodeView } from '../../compile/program.ts';
import { matchText, type TextMatchMode } from '../../text/index.ts';
import { setConfigAt } from '../fixes.ts';
import { activeNodes, textsIn, warnAt, writtenConfig, type LintContext } from '../lint-context.ts';

const MODES: readonly string[] = ['word', 'contains', 'exact', 'startsWith', 'regex'];

/** A public reply whose text has a word that starts this very flow: a platform that reports it would make the flow answer itself. */
export function selfTrigger(context: LintContext): Issue[] {
  const triggers = activeNodes(context).filter((node) => node.definition?.role === 'trigger');
  const replies = activeNodes(context).filter((node) => node.definition?.preview === 'comment');
  return replies.flatMap((reply) =>
    textsIn(writtenConfig(context, reply.id)).flatMap(({ path, text }): Issue[] => {
      if (/^\/(connection|commentId)$/u.test(path)) return [];
      const hit = triggers
        .filter((trigger) => sharesSlot(trigger, reply))
        .map((trigger) => ({ trigger, word: findWord(trigger.config, text) }))
        .find(({ word }) => word !== undefined);
      if (hit?.word === undefined) return [];
      const message = `"${reply.title}" says "${hit.word}", which is a word that "${hit.trigger.title}" starts on. The flow could answer itself; say it differently.`;
      return [
        {
          ...warnAt(reply, 'reply.triggersItself', message, dropText(context, reply, path)),
          path: `/nodes/${reply.id}/config${path}`,
        },
      ];
    }),
  );
}

function sharesSlot(a: NodeView, b: NodeView): boolean {
  return a.config['connection'] === b.config['connection'];
}

function findWord(config: JsonObject, text: string): string | undefined {
  const { match, keywords } = config;
  if (typeof match !== 'string' || !MODES.includes(match) || !Array.isArray(keywords)) return undefined;
  const words = keywords.filter((word) => typeof word === 'string' && !word.includes('{{'));
  try {
    // One of the modes listed above.
    return matchText(text, words as string[], match as TextMatchMode)?.keyword;
  } catch {
    // A pattern that cannot be read is told elsewhere.
    return undefined;
  }
}

/** One of several texts can go. */
function dropText(context: LintContext, node: NodeView, path: string): Issue['fix'] {
  const [, field, index] = path.split('/');
  const list = writtenConfig(context, node.id)[field ?? ''];
  if (field === undefined || index === undefined || !Array.isArray(list) || list.length < 2) return undefined;
  return setConfigAt(context, node.id, `/${field}`, list.toSpliced(Number(index), 1), 'Remove this text');
}
