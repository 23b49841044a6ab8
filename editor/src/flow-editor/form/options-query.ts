import { api } from '@heddle/schemas/api';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { callApi } from '../../api/client.ts';
import { useForm, type WidgetProps } from './form-context.ts';

/** Choices for a field that only its plugin knows (`x-options`). What is typed is taken all the same. */
export interface FieldChoices {
  readonly items: readonly { readonly value: string; readonly label: string }[];
  readonly isLoading: boolean;
  /** Why there are none, in words; null when all is well. */
  readonly error: unknown;
}

const NONE: FieldChoices = { items: [], isLoading: false, error: null };
/** Lists change slowly, and every look may ask a platform. */
const FRESH_MS = 30_000;

/** Asks the plugin when the schema says that it knows. Only fields at the top of the config have such choices. */
export function useFieldChoices({ schema, pointer }: Pick<WidgetProps, 'schema' | 'pointer'>): FieldChoices {
  const { node, root, isReadOnly } = useForm();
  const field = pointer.slice(1);
  const isAsked = node !== undefined && schema['x-options'] === true && !isReadOnly;
  // Choices may hang on the other settings, never on the field itself.
  const { [field]: _own, ...others } = root;
  const query = useQuery({
    queryKey: ['field-options', node?.flowId, node?.type, field, others],
    queryFn: ({ signal }) =>
      callApi(
        api.flows.options,
        { params: { id: node?.flowId ?? '' }, body: { type: node?.type ?? '', field, config: others } },
        { signal },
      ),
    enabled: isAsked,
    staleTime: FRESH_MS,
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (!isAsked) return NONE;
  return { items: query.data?.items ?? [], isLoading: query.isPending, error: query.error };
}
