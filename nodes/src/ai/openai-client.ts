import { FlowError } from '@heddle/schemas';
import type { AiAnswer, AiRequest, AiService } from '@heddle/engine';
import OpenAI, { APIConnectionTimeoutError, APIError } from 'openai';

/** How to reach a provider that speaks OpenAI's chat completions. */
export interface OpenAiOptions {
  /** Such as `https://api.openai.com/v1`; Gemini and Ollama have compatible ones. */
  readonly baseUrl: string;
  /** Empty: not configured. Providers without keys take any text. */
  readonly apiKey: string;
  readonly model: string;
  /** For one try; default 30 s. */
  readonly timeoutMs?: number;
  /** After the first try; default 2. */
  readonly maxRetries?: number;
  /** `max_completion_tokens` is what OpenAI wants; Ollama and some others know `max_tokens` alone. */
  readonly tokenLimitField?: 'max_completion_tokens' | 'max_tokens';
}

/**
 * Answers through an OpenAI-compatible provider. Prompts and answers are not stored there (`store: false`).
 *
 * `answer` throws FlowError `AI_NOT_CONFIGURED` without a key or with one that is refused, `AI_FAILED` for everything else:
 * refusal, filtered, empty or cut answers, timeouts, faults, no money left.
 */
export function createOpenAiService(options: OpenAiOptions): Pick<AiService, 'answer'> {
  if (options.apiKey === '') {
    return {
      answer: () => Promise.reject(new FlowError('AI_NOT_CONFIGURED', 'No AI provider is set up: its key is missing.')),
    };
  }
  const client = new OpenAI({
    baseURL: options.baseUrl,
    apiKey: options.apiKey,
    timeout: options.timeoutMs ?? 30_000,
    maxRetries: options.maxRetries ?? 2,
  });
  return {
    answer: async (request) => {
      try {
        const completion = await client.chat.completions.create(toCompletionRequest(request, options));
        return toAnswer(completion);
      } catch (error) {
        throw toAiError(error);
      }
    },
  };
}

function toCompletionRequest(
  request: AiRequest,
  options: OpenAiOptions,
): OpenAI.ChatCompletionCreateParamsNonStreaming {
  return {
    model: options.model,
    messages: [
      { role: 'system', content: request.system },
      ...request.messages.map(({ role, text }) => ({ role, content: text })),
    ],
    [options.tokenLimitField ?? 'max_completion_tokens']: request.maxOutputTokens,
    // Reasoning models refuse most temperatures, so it is only sent when asked for.
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.answerSchema === undefined
      ? {}
      : {
          response_format: {
            type: 'json_schema',
            json_schema: { name: 'answer', strict: true, schema: request.answerSchema },
          },
        }),
    store: false,
    stream: false,
  };
}

/** Servers differ in what they leave out, so nothing below `choices` is taken for granted. */
function toAnswer(completion: OpenAI.ChatCompletion): AiAnswer {
  const choice = completion.choices?.[0];
  if (choice?.message === undefined) throw new FlowError('AI_FAILED', 'The AI provider answered without a choice.');
  const { refusal, content } = choice.message;
  if (typeof refusal === 'string' && refusal !== '')
    throw new FlowError('AI_FAILED', `The model refused to answer: ${refusal.slice(0, 200)}`);
  if (choice.finish_reason === 'content_filter')
    throw new FlowError('AI_FAILED', 'The provider filtered the answer out.');
  if (choice.finish_reason === 'length')
    throw new FlowError('AI_FAILED', 'The answer was cut off at the length limit. Raise the limit in tokens.');
  const text = content?.trim() ?? '';
  if (text === '') throw new FlowError('AI_FAILED', 'The model gave an empty answer.');
  return {
    text,
    model: completion.model ?? '',
    inputTokens: completion.usage?.prompt_tokens ?? 0,
    outputTokens: completion.usage?.completion_tokens ?? 0,
  };
}

function toAiError(error: unknown): unknown {
  if (error instanceof FlowError) return error;
  if (error instanceof APIConnectionTimeoutError)
    return new FlowError('AI_FAILED', 'The AI provider did not answer in time.', { cause: error });
  if (!(error instanceof APIError)) return error;
  if (error.status === 401 || error.status === 403)
    return new FlowError('AI_NOT_CONFIGURED', 'The AI provider refused the key.', { cause: error });
  if (error.code === 'insufficient_quota')
    return new FlowError('AI_FAILED', 'The account at the AI provider has no money left.', { cause: error });
  const where = error.status === undefined ? 'could not be reached' : `answered with status ${String(error.status)}`;
  return new FlowError('AI_FAILED', `The AI provider ${where}.`, { cause: error });
}
