/** Outbound HTTP through the host's guard: public addresses only, size and time limited. */
export interface HttpService {
  /** @throws FlowError `HTTP_TARGET_FORBIDDEN` | `HTTP_FAILED`. */
  request(request: {
    method: string;
    url: string;
    headers: Record<string, string>;
    body?: string;
    timeoutMs: number;
  }): Promise<{ status: number; headers: Record<string, string>; body: string }>;
}
