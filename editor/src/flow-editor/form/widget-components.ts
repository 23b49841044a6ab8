import type { ComponentType } from 'react';
import type { WidgetProps } from './form-context.ts';
import type { WidgetName } from './form-schema.ts';
import { CardsWidget } from './widgets/CardsWidget.tsx';
import { ConditionWidget } from './widgets/ConditionWidget.tsx';
import { ConnectionWidget } from './widgets/ConnectionWidget.tsx';
import { DateTimeWidget } from './widgets/DateTimeWidget.tsx';
import { DurationWidget } from './widgets/DurationWidget.tsx';
import { FieldWidget } from './widgets/FieldWidget.tsx';
import { GroupWidget } from './widgets/GroupWidget.tsx';
import { ImageUrlWidget } from './widgets/ImageUrlWidget.tsx';
import { JsonWidget } from './widgets/JsonWidget.tsx';
import { KeywordsWidget } from './widgets/KeywordsWidget.tsx';
import { ListOfTemplatesWidget } from './widgets/ListOfTemplatesWidget.tsx';
import { ListWidget } from './widgets/ListWidget.tsx';
import { MediaPickerWidget } from './widgets/MediaPickerWidget.tsx';
import { NumberWidget } from './widgets/NumberWidget.tsx';
import { OneOfWidget } from './widgets/OneOfWidget.tsx';
import { PartsWidget } from './widgets/PartsWidget.tsx';
import { PortItemsWidget } from './widgets/PortItemsWidget.tsx';
import { RecordWidget } from './widgets/RecordWidget.tsx';
import { SelectWidget } from './widgets/SelectWidget.tsx';
import { SwitchWidget } from './widgets/SwitchWidget.tsx';
import { TemplateAreaWidget, TemplateWidget } from './widgets/TemplateWidget.tsx';
import { CodeWidget, TextWidget } from './widgets/TextWidget.tsx';
import { TimeWidget } from './widgets/TimeWidget.tsx';
import { TimeZoneWidget } from './widgets/TimeZoneWidget.tsx';
import { WeekdaysWidget } from './widgets/WeekdaysWidget.tsx';

/** The component that draws each widget. A new widget is one file and one row. */
export const WIDGET_COMPONENTS: Readonly<Record<WidgetName, ComponentType<WidgetProps>>> = {
  text: TextWidget,
  template: TemplateWidget,
  'template-area': TemplateAreaWidget,
  number: NumberWidget,
  switch: SwitchWidget,
  select: SelectWidget,
  keywords: KeywordsWidget,
  condition: ConditionWidget,
  field: FieldWidget,
  connection: ConnectionWidget,
  cards: CardsWidget,
  parts: PartsWidget,
  choices: PortItemsWidget,
  cases: PortItemsWidget,
  variants: PortItemsWidget,
  'image-url': ImageUrlWidget,
  'media-picker': MediaPickerWidget,
  duration: DurationWidget,
  time: TimeWidget,
  weekdays: WeekdaysWidget,
  'time-zone': TimeZoneWidget,
  json: JsonWidget,
  code: CodeWidget,
  'list-of-templates': ListOfTemplatesWidget,
  list: ListWidget,
  record: RecordWidget,
  group: GroupWidget,
  'one-of': OneOfWidget,
  'date-time': DateTimeWidget,
};
