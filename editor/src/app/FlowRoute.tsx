import { Center, Loader } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useSession } from '../api/session-queries.ts';
import { FlowEditorPage } from '../flow-editor/FlowEditorPage.tsx';

const DockedPhone = lazy(() => import('../phone/DockedPhone.tsx').then((module) => ({ default: module.DockedPhone })));

/** The canvas of one flow; while the sandbox is on, with the phone to dock beside it. */
export function FlowRoute({ flowId }: { flowId: string }) {
  const { data: session } = useSession();
  const phone = session?.isSandboxOn === true && (
    <Suspense
      fallback={
        <Center h="100%">
          <Loader type="dots" aria-label="Loading the phone" />
        </Center>
      }
    >
      <DockedPhone flowId={flowId} />
    </Suspense>
  );
  return <FlowEditorPage key={flowId} flowId={flowId} {...(phone === false ? {} : { phone })} />;
}
