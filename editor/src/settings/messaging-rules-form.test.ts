import { describe, expect, it } from 'vitest';
import { rulesProblem, toRules, toRulesForm } from './messaging-rules-form.ts';

describe('the form of the messaging rules', () => {
  it('shows what holds when nothing is set, and saves only that', () => {
    const form = toRulesForm({}, 'Africa/Nairobi');
    expect(form).toMatchObject({ isQuiet: false, isCapped: false, takeoverMinutes: 60, timeZone: 'Africa/Nairobi' });
    expect(toRules(form, {})).toEqual({ takeoverMinutes: 60 });
  });
  it('keeps what is stored, also caps that it does not show', () => {
    const rules = {
      quietHours: { from: '22:00', to: '07:30', timeZone: 'Europe/Berlin' },
      caps: [
        { messages: 3, periodHours: 24 },
        { messages: 10, periodHours: 720 },
      ],
      takeoverMinutes: 0,
    };
    expect(toRules(toRulesForm(rules, 'UTC'), rules)).toEqual(rules);
  });
  it('says what is missing', () => {
    const form = { ...toRulesForm({}, 'UTC'), isQuiet: true };
    expect(rulesProblem(form)).toBeNull();
    expect(rulesProblem({ ...form, to: '' })).toContain('times');
    expect(rulesProblem({ ...form, to: form.from })).toContain('same time');
    expect(rulesProblem({ ...form, isCapped: true, messages: '' })).toContain('how many');
  });
});
