import { Modal, Text } from '@mantine/core';
import { TemplateGallery } from './TemplateGallery.tsx';

/** Starts a new flow: blank, or from a template. */
export function NewFlowModal({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      size={960}
      title={<Text fw={650}>How do you want to start?</Text>}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <TemplateGallery />
    </Modal>
  );
}
