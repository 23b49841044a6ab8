export { foldText } from './fold-text.ts';
export { matchText, assertPattern, TEXT_MATCH_MODES, type TextMatchMode, type TextMatch } from './match-text.ts';
