import {
  IconCarouselHorizontal,
  IconFile,
  IconMicrophone,
  IconPhoto,
  IconRectangle,
  IconSquare,
  IconTextSize,
  IconVideo,
  type Icon,
} from '@tabler/icons-react';
import { isJsonObject, type JsonObject, type JsonValue } from '@heddle/schemas';
import { FieldFrame } from '../FieldFrame.tsx';
import type { WidgetProps } from '../form-context.ts';
import { branchesOf, branchOf, newValue, numberHint, textHint, titleOfBranch } from '../form-schema.ts';
import { ItemList } from '../ItemList.tsx';
import { ObjectFields } from '../ObjectFields.tsx';

const ICONS: Readonly<Record<string, Icon>> = {
  text: IconTextSize,
  image: IconPhoto,
  video: IconVideo,
  audio: IconMicrophone,
  file: IconFile,
  buttons: IconRectangle,
  carousel: IconCarouselHorizontal,
};

/** Bubbles of a message, each of one kind. */
export function PartsWidget({ value, onChange, ...field }: WidgetProps) {
  const parts = Array.isArray(value) ? value : [];
  const items = isJsonObject(field.schema['items']) ? field.schema['items'] : {};
  const branches = branchesOf(items).length > 0 ? branchesOf(items) : [items];
  return (
    <FieldFrame {...field} as="group">
      <ItemList
        items={parts}
        onChange={onChange}
        min={numberHint(field.schema, 'minItems') ?? 0}
        max={numberHint(field.schema, 'maxItems') ?? 20}
        nameOf={(part, index) =>
          parts.length > 1 ? `${index + 1}. ${nameOf(branches, part)}` : nameOf(branches, part)
        }
        copy={(part) => structuredClone(part)}
        addLabel={textHint(field.schema, 'x-add-label') ?? 'Add bubble'}
        add={branches.map((branch) => ({
          label: titleOfBranch(branch),
          icon: <KindIcon branch={branch} />,
          make: () => newValue(branch),
        }))}
        draw={(part, index, set) => {
          const branch = branchOf(branches, part);
          if (branch === undefined || !isJsonObject(part)) return null;
          return <ObjectFields schema={branch} pointer={`${field.pointer}/${index}`} value={part} onChange={set} />;
        }}
      />
    </FieldFrame>
  );
}

function nameOf(branches: readonly JsonObject[], part: JsonValue): string {
  return titleOfBranch(branchOf(branches, part) ?? {});
}

function KindIcon({ branch }: { readonly branch: JsonObject }) {
  const properties = isJsonObject(branch['properties']) ? branch['properties'] : {};
  const kind = isJsonObject(properties['kind']) ? String(properties['kind']['const']) : '';
  const Symbol = ICONS[kind] ?? IconSquare;
  return <Symbol size={16} stroke={1.7} aria-hidden />;
}
