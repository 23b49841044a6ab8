import type { ReactFlowInstance } from '@xyflow/react';
import type { CanvasEdge, CanvasNode } from './canvas-nodes.ts';
import { CARD_WIDTH } from '../model/card-size.ts';

/** Pans just when a new card cannot be seen as a whole, so that the canvas does not jump about while one builds. */
export function bringIntoView(
  flow: Pick<
    ReactFlowInstance<CanvasNode, CanvasEdge>,
    'getNode' | 'flowToScreenPosition' | 'getViewport' | 'setCenter'
  >,
  id: string,
): void {
  // React Flow knows the card after the next frame.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const node = flow.getNode(id);
      const canvas = window.document.querySelector('[data-testid="canvas"]')?.getBoundingClientRect();
      if (node === undefined || canvas === undefined) return;
      const { x, y } = flow.flowToScreenPosition(node.position);
      const { zoom } = flow.getViewport();
      const height = (node.measured?.height ?? 180) * zoom;
      const isInside =
        x > canvas.left + 16 &&
        y > canvas.top + 16 &&
        x + (CARD_WIDTH + 50) * zoom < canvas.right &&
        y + height + 20 < canvas.bottom;
      if (!isInside)
        void flow.setCenter(node.position.x + CARD_WIDTH / 2, node.position.y + 90, {
          zoom: Math.min(zoom, 1),
          duration: 280,
        });
    }),
  );
}
