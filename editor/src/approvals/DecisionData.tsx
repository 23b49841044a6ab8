import { Anchor, UnstyledButton } from '@mantine/core';
import type { JsonValue } from '@heddle/schemas';
import { useMemo, useState } from 'react';
import { JsonView } from '../shared/JsonView.tsx';
import { toDecisionData, type Fact, type Picture } from './approval-data.ts';
import classes from './Approvals.module.css';

/** What there is to decide on: pictures, then facts; on demand everything as it was handed over. */
export function DecisionDataView({ data }: { data: JsonValue }) {
  const { pictures, facts, hasMore } = useMemo(() => toDecisionData(data), [data]);
  const [isAll, setIsAll] = useState(false);
  if (pictures.length === 0 && facts.length === 0 && !hasMore) return null;
  return (
    <div className={classes['data']}>
      {pictures.length > 0 && (
        <div className={classes['pictures']} data-single={pictures.length === 1 || undefined}>
          {pictures.map((picture, index) => (
            <PictureLink key={`${index} ${picture.url}`} picture={picture} />
          ))}
        </div>
      )}
      <div className={classes['factsColumn']}>
        {facts.length > 0 && (
          <dl className={classes['facts']}>
            {facts.map((fact, index) => (
              <div key={`${index} ${fact.label}`} className={classes['fact']} data-kind={fact.kind}>
                <dt>{fact.label}</dt>
                <dd>
                  <FactText fact={fact} />
                </dd>
              </div>
            ))}
          </dl>
        )}
        {hasMore && (
          <UnstyledButton className={classes['all']} onClick={() => setIsAll(!isAll)} aria-expanded={isAll}>
            {isAll ? 'Hide the details' : 'All details'}
          </UnstyledButton>
        )}
        {isAll && <JsonView value={data} label="all details" />}
      </div>
    </div>
  );
}

function FactText({ fact }: { fact: Fact }) {
  if (fact.kind !== 'link') return fact.text;
  return (
    <Anchor href={fact.text} target="_blank" rel="noreferrer" size="sm">
      {fact.text.replace(/^https?:\/\//, '')}
    </Anchor>
  );
}

function PictureLink({ picture }: { picture: Picture }) {
  const [isBroken, setIsBroken] = useState(false);
  return (
    <a href={picture.url} target="_blank" rel="noreferrer" className={classes['picture']} aria-label="Open the picture">
      {isBroken ? (
        <span>The picture cannot be shown</span>
      ) : (
        <img src={picture.url} alt={picture.alt} loading="lazy" onError={() => setIsBroken(true)} />
      )}
    </a>
  );
}
