import type { ButtonView, CardView } from '@heddle/nodes/instagram-customer';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useRef } from 'react';
import { usePhone } from './phone-context.ts';
import { useAct } from './phone-queries.ts';
import classes from './CardStrip.module.css';

/** Cards side by side: swiped by finger, moved by the arrows with a mouse or the keyboard. */
export function CardStrip({ mid, cards }: { mid: string; cards: readonly CardView[] }) {
  const strip = useRef<HTMLDivElement>(null);
  const { openUrl } = usePhone();
  const move = (direction: 1 | -1) => strip.current?.scrollBy({ left: direction * 222, behavior: 'smooth' });
  return (
    <div className={classes['frame']}>
      <div
        className={classes['strip']}
        ref={strip}
        role="group"
        aria-label={`${cards.length} cards`}
        data-testid="phone-carousel"
      >
        {cards.map((card, index) => (
          <div key={index} className={classes['card']} data-testid="phone-card">
            {card.imageUrl !== null && <img src={card.imageUrl} alt="" loading="lazy" />}
            <div className={classes['words']}>
              {card.defaultUrl === null ? (
                <b>{card.title}</b>
              ) : (
                <button type="button" onClick={() => card.defaultUrl !== null && openUrl(card.defaultUrl)}>
                  <b>{card.title}</b>
                </button>
              )}
              {card.subtitle !== null && <span>{card.subtitle}</span>}
            </div>
            <ActionButtons mid={mid} buttons={card.buttons} cardIndex={index} />
          </div>
        ))}
      </div>
      {cards.length > 1 && (
        <>
          <button
            type="button"
            className={classes['arrow']}
            data-side="left"
            onClick={() => move(-1)}
            aria-label="Card before"
          >
            <IconChevronLeft size={17} />
          </button>
          <button
            type="button"
            className={classes['arrow']}
            data-side="right"
            onClick={() => move(1)}
            aria-label="Next card"
          >
            <IconChevronRight size={17} />
          </button>
        </>
      )}
    </div>
  );
}

/** Buttons of a card or text: an answer that is sent back, or a page that opens. */
export function ActionButtons({
  mid,
  buttons,
  cardIndex,
}: {
  mid: string;
  buttons: readonly ButtonView[];
  cardIndex?: number;
}) {
  const { account, persona, openUrl } = usePhone();
  const act = useAct(account.id, persona.id);
  return (
    <div className={classes['buttons']}>
      {buttons.map((button, buttonIndex) => (
        <button
          key={buttonIndex}
          type="button"
          disabled={act.isPending}
          onClick={() =>
            act.mutate(
              { kind: 'tap-button', mid, buttonIndex, ...(cardIndex === undefined ? {} : { cardIndex }) },
              {
                onSuccess: ({ openedUrl }) => {
                  if (openedUrl !== undefined) openUrl(openedUrl);
                },
              },
            )
          }
          data-testid="phone-button"
        >
          {button.title}
        </button>
      ))}
    </div>
  );
}
