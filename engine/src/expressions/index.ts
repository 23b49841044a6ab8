export { type Scope, type RunIdentity, SCOPE_ROOTS, CONTACT_FIELDS, findByPath } from './scope.ts';
export {
  type Template,
  parseTemplate,
  parseExpression,
  renderTemplate,
  evaluateTemplate,
  evaluateExpression,
  isTemplated,
} from './template.ts';
export { type TemplateVariable, listVariables } from './list-variables.ts';
export { type ConfigPlan, type PlacedTemplate, planConfig, isExpressionObject, escapePointer } from './config-plan.ts';
export { formatMoney, firstWord } from './filters.ts';
export { renderCardText } from './card-text.ts';
