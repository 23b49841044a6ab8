export { startTestServer, type Answer, type TestServer } from './test-server.ts';
