import { defineHandler, done, type NodeDone } from '@heddle/engine';
import { FlowError, isJsonObject, type JsonValue } from '@heddle/schemas';
import { buildPrompt } from './build-prompt.ts';
import { aiReply } from './definition.ts';
import { limitSentences } from './limit-sentences.ts';

/**
 * A provider that is missing or fails is no error of the flow: the run leaves by `fallback` with the configured text. The answer
 * is cut to the sentence limit here as well, since a model may not keep to it.
 */
export const aiReplyHandler = defineHandler(aiReply, {
  run: async ({ config, input, trigger, ai }) => {
    const finish = (
      port: 'answered' | 'fallback',
      output: { text: string } & Record<string, string | number>,
    ): NodeDone =>
      done(
        port,
        output,
        config.saveTo === undefined || config.saveTo === '' ? undefined : { [config.saveTo]: output.text },
      );
    const fallback = (reason: string) => finish('fallback', { text: config.fallbackText, reason });

    const message = [config.message ?? '', textIn(input), textIn(trigger)].find((text) => text.trim() !== '');
    if (message === undefined) return fallback('There is no text to answer.');
    try {
      const history = config.historyCount === 0 ? [] : await ai.history(config.historyCount);
      const prompt = buildPrompt({
        persona: config.persona,
        knowledge: config.knowledge ?? '',
        maxSentences: config.maxSentences,
        message,
        history,
      });
      const answer = await ai.answer({ ...prompt, maxOutputTokens: config.maxTokens });
      const text = limitSentences(answer.text, config.maxSentences);
      if (text === '') return fallback('The AI provider gave an empty answer.');
      return finish('answered', {
        text,
        model: answer.model,
        inputTokens: answer.inputTokens,
        outputTokens: answer.outputTokens,
      });
    } catch (error) {
      if (error instanceof FlowError && (error.code === 'AI_NOT_CONFIGURED' || error.code === 'AI_FAILED'))
        return fallback(error.message);
      throw error;
    }
  },
});

/** The text that an answer or a trigger carries. */
function textIn(output: JsonValue): string {
  return isJsonObject(output) && typeof output['text'] === 'string' ? output['text'] : '';
}
