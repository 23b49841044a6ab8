import { api } from '@heddle/schemas/api';
import { callApi } from '../api/client.ts';
import { downloadFile, toFileName } from '../shared/download.ts';

/** Saves the draft of a flow as one JSON file, without ids or secrets. @throws ApiProblem. */
export async function exportFlow(id: string): Promise<void> {
  const document = await callApi(api.flows.export, { params: { id } });
  downloadFile(
    `${toFileName(document.name)}.heddle.json`,
    'application/json',
    `${JSON.stringify(document, null, 2)}\n`,
  );
}
