package io.fleetcron.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PrintableStreamTest {

    private static String shown(byte[] bytes, int piece) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintableStream stream = new PrintableStream(out);
        for (int at = 0; at < bytes.length; at += piece) {
            stream.write(bytes, at, Math.min(piece, bytes.length - at));
        }
        stream.close();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void textPassesHoweverItIsCut() throws IOException {
        String text = "Grüße, \uD83D\uDE80\tone\ntwo\r\n";
        for (int piece = 1; piece < 30; piece++) {
            assertEquals("Grüße, \uD83D\uDE80\tone\ntwo\n", shown(utf8(text), piece), "pieces of " + piece);
        }
    }

    @Test
    void nothingSteersTheTerminal() throws IOException {
        byte[] bytes = utf8("\u001b]0;title\u0007\u009b2J\u202eevil\u007f over\rwritten\r");
        for (int piece = 1; piece < 30; piece++) {
            assertEquals(
                    "\\u001b]0;title\\u0007\\u009b2J\\u202eevil\\u007f over\\u000dwritten\\u000d",
                    shown(bytes, piece),
                    "pieces of " + piece);
        }
    }

    @Test
    void bytesThatAreNoTextAreShownAsNumbers() throws IOException {
        byte[] bytes = {'a', (byte) 0x9b, '2', 'J', (byte) 0xff, (byte) 0xe2, (byte) 0x82};
        for (int piece = 1; piece < 8; piece++) {
            assertEquals("a\\x9b2J\\xff\\xe2\\x82", shown(bytes, piece), "pieces of " + piece);
        }
    }
}
