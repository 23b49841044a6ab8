import { Component, type ErrorInfo, type ReactNode } from 'react';
import { Page } from '../shared/PageHeader.tsx';
import { ErrorState } from '../shared/PageStates.tsx';

interface Props {
  readonly children: ReactNode;
  /** A change of this key (the address) gives the page a new chance. */
  readonly resetKey: string;
}
interface State {
  readonly error: unknown;
  readonly resetKey: string;
}

/** Keeps a fault in one page from taking the whole application with it. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, resetKey: this.props.resetKey };

  static getDerivedStateFromError(error: unknown): Pick<State, 'error'> {
    return { error };
  }

  static getDerivedStateFromProps(props: Props, state: State): State | null {
    return props.resetKey === state.resetKey ? null : { error: null, resetKey: props.resetKey };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    console.error(error, info.componentStack);
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <Page>
        <ErrorState error={this.state.error} onRetry={() => this.setState({ error: null })} />
      </Page>
    );
  }
}
