import type { JsonValue } from '@heddle/schemas';
import { useCallback, useState } from 'react';
import { useLocation } from 'wouter';
import { ApiProblem, toProblem } from '../api/api-problem.ts';
import { notifyDone } from '../shared/notify.tsx';
import { useFlowActions } from './flow-queries.ts';

/** The server takes at most this many bytes of a flow document. */
const MAX_BYTES = 4_194_304;

/** Imports a flow from a file that was picked or dropped, and opens it; what is wrong with it is kept to be shown. */
export function useImportFile() {
  const { importFlow } = useFlowActions();
  const [, navigate] = useLocation();
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [fileName, setFileName] = useState('');

  const importFile = useCallback(
    async (file: File) => {
      setFileName(file.name);
      setProblem(null);
      try {
        const flow = await importFlow.mutateAsync(await readDocument(file));
        notifyDone(`“${flow.name}” was imported as a draft.`);
        navigate(`/flows/${flow.id}`);
      } catch (error) {
        setProblem(toProblem(error));
      }
    },
    [importFlow, navigate],
  );

  const pickFile = useCallback(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.json,application/json';
    input.dataset['testid'] = 'import-file';
    input.addEventListener('change', () => {
      const file = input.files?.[0];
      if (file !== undefined) void importFile(file);
    });
    input.click();
  }, [importFile]);

  return { importFile, pickFile, problem, fileName, isImporting: importFlow.isPending, clear: () => setProblem(null) };
}

/** @throws ApiProblem when the file is too large or is not JSON. */
async function readDocument(file: File): Promise<JsonValue> {
  if (file.size > MAX_BYTES) {
    throw new ApiProblem({
      status: 413,
      code: 'REQUEST_TOO_LARGE',
      title: 'Too large',
      detail: `The file has ${(file.size / 1_048_576).toFixed(1)} MB; a flow has at most 4 MB.`,
      remedy: 'Choose a file that was exported from Heddle.',
    });
  }
  try {
    // JSON.parse gives JSON values only.
    return JSON.parse(await file.text()) as JsonValue;
  } catch {
    throw new ApiProblem({
      status: 400,
      code: 'REQUEST_NOT_JSON',
      title: 'Not a flow file',
      detail: 'This file is not a flow: it is not valid JSON.',
      remedy: 'Choose a file that was exported from Heddle; its name ends in .json.',
    });
  }
}
