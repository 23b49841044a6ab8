import { Loader } from '@mantine/core';
import type { PostStep } from '@heddle/schemas/api';
import { IconCheck, IconX } from '@tabler/icons-react';
import classes from './Publishing.module.css';

const WORDS: Readonly<Record<PostStep['state'], string>> = {
  waiting: 'not yet',
  active: 'now',
  done: 'done',
  failed: 'failed',
};

/** The way of a post, step by step. */
export function PostSteps({ steps }: { steps: readonly PostStep[] }) {
  return (
    <ol className={classes['steps']} aria-label="Progress" data-testid="post-steps">
      {steps.map((step) => (
        <li key={step.key} data-state={step.state}>
          <span className={classes['mark']} aria-hidden>
            {step.state === 'done' && <IconCheck size={13} stroke={2.6} />}
            {step.state === 'failed' && <IconX size={13} stroke={2.6} />}
            {step.state === 'active' && <Loader size={13} />}
          </span>
          {step.title}
          <span className="visually-hidden">: {WORDS[step.state]}</span>
          {step.state === 'active' && step.detail !== null && <em>{step.detail}</em>}
        </li>
      ))}
    </ol>
  );
}
