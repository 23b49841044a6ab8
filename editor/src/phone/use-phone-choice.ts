import { useLocalStorage } from '@mantine/hooks';

/** Whom one plays and how the phone looks; kept in the browser, apart from the colours of the editor. */
export function usePhoneChoice() {
  const [personaId, setPersonaId] = useLocalStorage({
    key: 'heddle-phone-persona',
    defaultValue: '',
    getInitialValueInEffect: false,
  });
  const [isDark, setIsDark] = useLocalStorage<boolean>({
    key: 'heddle-phone-dark',
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  return { personaId, setPersonaId, isDark, setIsDark };
}
