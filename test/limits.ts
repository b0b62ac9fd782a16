// Before each test file: jest's own limit. It is longer than any wait of a test, so that the wait can say what it was for.
import { patience } from "./patience";

jest.setTimeout(patience(5));
