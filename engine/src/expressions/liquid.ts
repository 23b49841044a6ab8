/** The one Liquid engine: strict, without files, without a clock, with limits. */
import { Context, Liquid } from 'liquidjs';
import { firstWord, formatMoney } from './filters.ts';

/** At most this many characters of template source. */
export const TEMPLATE_MAX_CHARS = 100_000;

/** Parts that reach outside (files), change what they read, or answer differently each time. */
const FORBIDDEN_TAGS = ['include', 'render', 'layout', 'block', 'increment', 'decrement'];
const FORBIDDEN_FILTERS = ['sample', 'sha256', 'hmac_sha256'];

/** What LiquidJS binds a filter to. */
interface FilterThis {
  readonly context: Context;
  readonly liquid: Liquid;
}

export const liquid = createLiquid();

function createLiquid(): Liquid {
  const engine = new Liquid({
    // An empty map, or the file system of the working directory can be read by {% include %}.
    templates: {},
    ownPropertyOnly: true,
    strictVariables: true,
    strictFilters: true,
    // "default" and "if" may ask for a value that is not there; everything else may not.
    lenientIf: true,
    parseLimit: TEMPLATE_MAX_CHARS,
    // 200 ms and about 1 MB: measured to stop nested loops and append bombs, far above any honest template.
    renderLimit: 200,
    memoryLimit: 1_000_000,
    timezoneOffset: 'UTC',
    locale: 'en',
  });
  for (const tag of FORBIDDEN_TAGS) delete engine.tags[tag];
  for (const filter of FORBIDDEN_FILTERS) engine.unregisterFilter(filter);
  engine.registerFilter('money', formatMoney);
  engine.registerFilter('first_word', firstWord);
  replaceClock(engine);
  return engine;
}

/** `'now' | date` reads the clock of the machine; here it reads the run's `now`. */
function replaceClock(engine: Liquid): void {
  const builtIn = engine.filters['date'];
  if (typeof builtIn !== 'function') throw new TypeError('LiquidJS has no "date" filter');
  engine.registerFilter('date', function (this: FilterThis, value: unknown, ...rest: unknown[]): unknown {
    const isNow = value === 'now' || value === 'today';
    return Reflect.apply(builtIn, this, [isNow ? this.context.getSync(['now']) : value, ...rest]);
  });
}

/** Reading on from null is an error like every missing value; LiquidJS alone makes an empty text of it. */
class StrictContext extends Context {
  override readProperty(...[object, key]: Parameters<Context['readProperty']>): unknown {
    return object === null ? undefined : super.readProperty(object, key);
  }
}

/** What one template is rendered with. Carries the limits, so it is made anew each time. */
export function createContext(scope: object): Context {
  return new StrictContext(scope, liquid.options, { sync: true }, { liquid });
}
